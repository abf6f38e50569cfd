import type { Context } from "./context";
import type { Need } from "./needs";
import type { Attempt, ControlId } from "./report";

/** A check that turned out not to apply to this dashboard. */
export interface Skip {
  readonly skip: string;
}

/** One check of one control. */
export interface Check {
  readonly id: ControlId;
  /** Names the check within its control. */
  readonly name: string;
  readonly title: string;
  /** Its number in the guide's Verification. */
  readonly guide?: 1 | 2 | 3 | 4 | 5;
  /** What must be at hand; the first that is not decides what the result says instead. */
  readonly needs: readonly Need[];
  /** Set for a check of what only a dashboard with sign-in has: with passwords it is left out. */
  readonly onlyWithSignIn?: true;
  readonly run: (context: Context) => Promise<Attempt[] | Skip>;
}
