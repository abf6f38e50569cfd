/** Ids of the controls that can be seen from outside. The code, its test and the policy rule use the same. */
export type ControlId =
  | "authentication"
  | "tls"
  | "read-only"
  | "loopback"
  | "headers"
  | "admin-route"
  | "csrf"
  | "hidden-endpoints"
  | "allow-list"
  | "live-updates"
  | "limits"
  | "mutual-tls"
  | "brute-force";

/** What a check says. `unknown` means that it was tried and could not tell; `skipped`, that it was not tried. */
export type Verdict = "live" | "not live" | "unknown" | "skipped";

/** One thing that was tried. */
export interface Attempt {
  verdict: "live" | "not live" | "unknown";
  tried: string;
  expected: string;
  cameBack: string;
}

/** What one check found. */
export interface CheckResult<Id extends string = ControlId> {
  /** The control. */
  id: Id;
  /** Which check of that control: with `id` it names a check for good. */
  check: string;
  title: string;
  /** Its number in the guide's Verification. */
  guide?: 1 | 2 | 3 | 4 | 5;
  verdict: Verdict;
  /** Why it was skipped, or could not tell before anything was tried. */
  reason?: string;
  /** Whether the report cannot say "live" because of this. A skipped check says so only if a log-in was missing. */
  inconclusive: boolean;
  attempts: Attempt[];
}

/** What the reports of the verifier and of the policy rules have in common. */
export interface Outcome<Result extends CheckResult<string> = CheckResult<string>> {
  version: 1;
  startedAt: string;
  durationMs: number;
  /** `not live` if any control is not live, else `unknown` if anything could not be told, else `live`. */
  verdict: "live" | "not live" | "unknown";
  /** 0 for live, 1 for not live, 2 for unknown. */
  exitCode: 0 | 1 | 2;
  summary: { live: number; notLive: number; unknown: number; skipped: number };
  results: Result[];
}

/** What the verifier found. */
export interface Report extends Outcome<CheckResult> {
  url: string;
  adminUrl?: string;
}

const EXIT_CODES = { live: 0, "not live": 1, unknown: 2 } as const;

/** The worst of several attempts: a control that failed once is not live, however often it held. */
export function worst(attempts: readonly Attempt[]): Attempt["verdict"] {
  if (attempts.some((attempt) => attempt.verdict === "not live")) return "not live";
  // No attempt at all proves nothing.
  if (attempts.length === 0 || attempts.some((attempt) => attempt.verdict === "unknown")) return "unknown";
  return "live";
}

/** Sums results up. A control proven not live outweighs whatever could not be told. */
export function summarize(results: readonly CheckResult<string>[]): Pick<Outcome, "verdict" | "exitCode" | "summary"> {
  const count = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length;
  const summary = {
    live: count("live"),
    notLive: count("not live"),
    unknown: count("unknown"),
    skipped: count("skipped"),
  };
  const toldNothing = summary.live === 0 || results.some((result) => result.inconclusive);
  const verdict = summary.notLive > 0 ? "not live" : toldNothing ? "unknown" : "live";
  return { verdict, exitCode: EXIT_CODES[verdict], summary };
}
