import type { Check, Skip } from "./check";
import { forCheck, type Context } from "./context";
import { withDeadline } from "./deadline";
import { firstLack, type Lack } from "./needs";
import { withoutSecrets } from "./redaction";
import { worst, type Attempt, type CheckResult } from "./report";

/** Runs one check within its time, and says so if it could not be run. Never throws. */
export async function runCheck(check: Check, context: Context): Promise<CheckResult> {
  const { timeoutMs } = context.options;
  const found = await withDeadline(timeoutMs, context.signal, (signal) =>
    Promise.race([attempt(check, forCheck(context, signal)), whenOver(signal, timeoutMs, context.signal)]),
  );
  return resultOf(check, found, (text) => withoutSecrets(text, context.target.secrets));
}

async function attempt(check: Check, context: Context): Promise<Attempt[] | Skip | Lack> {
  try {
    return (await firstLack(check.needs, context)) ?? (await check.run(context));
  } catch (error) {
    return unknown(`the check itself failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A backstop for what cannot be aborted, such as a DNS query; requests end a little earlier, each saying what it was. */
function whenOver(signal: AbortSignal, timeoutMs: number, whole: AbortSignal): Promise<Lack> {
  const graceMs = 200;
  return new Promise((resolve) => {
    const over = () => {
      const reason = whole.aborted ? "the time for all checks was over" : `no result within ${timeoutMs / 1000} s`;
      setTimeout(() => resolve(unknown(reason)), graceMs);
    };
    if (signal.aborted) over();
    else signal.addEventListener("abort", over, { once: true });
  });
}

function unknown(reason: string): Lack {
  return { verdict: "unknown", reason, inconclusive: true };
}

function resultOf(check: Check, found: Attempt[] | Skip | Lack, clean: (text: string) => string): CheckResult {
  const { id, name, title, guide } = check;
  const common = { id, check: name, title, ...(guide === undefined ? {} : { guide }) };
  if (Array.isArray(found)) {
    const attempts = found.map((attempt) => ({ ...attempt, cameBack: clean(attempt.cameBack) }));
    const verdict = worst(attempts);
    return { ...common, verdict, inconclusive: verdict === "unknown", attempts };
  }
  if ("skip" in found) {
    return { ...common, verdict: "skipped", reason: clean(found.skip), inconclusive: false, attempts: [] };
  }
  return { ...common, ...found, reason: clean(found.reason), attempts: [] };
}
