import type { FlowerDashboardArgs } from "../../../../components/args";
import { changed, type Changes, minimal } from "../arguments";

/** One way to break the contract, and what the user is told. */
export interface Row {
  /** Property path of the problem. */
  readonly path: string;
  /** What is wrong with arguments that are right otherwise. */
  readonly changes: Changes;
  /** Parts of the message, in this order: the value, the rule, the fix. */
  readonly says: readonly string[];
  readonly base: FlowerDashboardArgs;
}

/** A row of the table. */
export function row(path: string, changes: Changes, says: readonly string[], base = minimal): Row {
  return { path, changes, says, base };
}

/** The arguments of a row. */
export function argumentsOf({ base, changes }: Row): FlowerDashboardArgs {
  return changed(base, changes);
}
