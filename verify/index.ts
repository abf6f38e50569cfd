import { leadsToLogIn } from "./attempts";
import { CHECKS } from "./checks";
import { createContext, type Context } from "./context";
import { withDeadline } from "./deadline";
import { summarize, type CheckResult, type Report } from "./report";
import { runCheck } from "./runCheck";
import { resolveOptions, resolveTarget, type Target, type VerifyOptions } from "./target";

export { formatJson } from "./format/json";
export { formatJunit } from "./format/junit";
export { formatTable, type TableOptions } from "./format/table";
export { readConnection } from "./input/connection";
export { parseUsers, readUsers, usersFromEnvironment } from "./input/users";
export type { Attempt, CheckResult, ControlId, Report, Verdict } from "./report";
export { InputError, type Ports, type Target, type User, type VerifyOptions } from "./target";

/**
 * Proves from outside that the controls of a live dashboard hold: first the guide's five checks, then the rest.
 *
 * Safe on production: it changes nothing. It makes exactly one control call, as a viewer, on a task id that cannot
 * exist, which is expected to be refused; `onNotice` is told before. The checks run one after the other.
 *
 * Does not throw on what it finds, only an `InputError` on a target that makes no sense.
 */
export async function verify(target: Target, options: VerifyOptions = {}): Promise<Report> {
  const resolvedOptions = resolveOptions(options);
  const resolved = resolveTarget(target, resolvedOptions.ports);
  const started = Date.now();
  const results = await withDeadline(resolvedOptions.totalTimeoutMs, undefined, (signal) =>
    runAll(createContext(resolved, resolvedOptions, signal)),
  );
  return {
    version: 1,
    url: resolved.viewer.url.href,
    adminUrl: resolved.admin?.url.href,
    startedAt: new Date(started).toISOString(),
    durationMs: Date.now() - started,
    ...summarize(results),
    results,
  };
}

/** One after the other: a production dashboard should not notice, and the table's order is the order of the log. */
async function runAll(context: Context): Promise<CheckResult[]> {
  const { viewer } = context.target;
  const signsIn = leadsToLogIn(viewer, await context.greet(viewer));
  const results: CheckResult[] = [];
  for (const check of CHECKS.filter(({ onlyWithSignIn }) => signsIn || !onlyWithSignIn))
    results.push(await runCheck(check, context));
  return results;
}
