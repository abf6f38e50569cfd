import type { Attempt, CheckResult } from "../report";

/** What decided a result, in three texts. */
export interface Evidence {
  readonly tried: string;
  readonly expected: string;
  readonly cameBack: string;
}

/** Of several attempts, those that made the verdict; a live one rests on all of them, so the first stands for the rest. */
export function evidenceOf(result: CheckResult<string>): Evidence {
  const decisive = result.attempts.filter((attempt) => attempt.verdict === result.verdict);
  const [first, ...others] = decisive;
  if (first === undefined) return { tried: "", expected: "", cameBack: result.reason ?? "" };
  if (result.verdict !== "live") return spellOut(decisive);
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return { tried: first.tried + more, expected: first.expected, cameBack: distinct(decisive, "cameBack").join("; ") };
}

function spellOut(decisive: readonly Attempt[]): Evidence {
  const join = (key: keyof Evidence) => distinct(decisive, key).join("; ");
  return { tried: join("tried"), expected: join("expected"), cameBack: join("cameBack") };
}

function distinct(attempts: readonly Attempt[], key: keyof Evidence): string[] {
  return [...new Set(attempts.map((attempt) => attempt[key]))];
}
