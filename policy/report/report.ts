import { summarize, type Attempt, type CheckResult, type Outcome } from "../../verify/report";
import { printable } from "../../verify/redaction";
import type { Finding, Judgement } from "../judge";
import { titleOf } from "../objects/kubernetesObject";
import { formatPath } from "../objects/part";
import type { Rule, RuleId } from "../rule";

/** What one rule found, in the verifier's form. */
export interface RuleResult extends CheckResult<RuleId> {
  /** An advisory rule that is broken (`not live`) does not count in the report's verdict. */
  level: "mandatory" | "advisory";
}

/** What the rules found in files. */
export interface CheckReport extends Outcome<RuleResult> {
  /** The files, as they were named; `-` is standard input. */
  files: string[];
  /** How many Kubernetes objects were in them, and how many of those run Flower. */
  objects: number;
  flowers: number;
  /** As the verifier's, and how many advisory rules are broken; those are not in `notLive`. */
  summary: Outcome["summary"] & { advisory: number };
  /** Why nothing was judged, where that is so. */
  reason?: string;
}

/** Further facts for {@link reportOf}. */
export interface Checked {
  readonly files: readonly string[];
  readonly started: number;
  /** Whether it is all right that no Flower is among the objects. */
  readonly allowNone: boolean;
}

/** A judgement as a report. With no Flower among the objects the verdict is `unknown`: nothing was judged. */
export function reportOf(judgement: Judgement, { files, started, allowNone }: Checked): CheckReport {
  const results = judgement.rules.flatMap((rule) => resultOf(rule, judgement.findings));
  const mandatory = results.filter((result) => !isAdvice(result));
  const isEmpty = results.length === 0;
  const { summary, ...outcome } = isEmpty && allowNone ? NOTHING : summarize(mandatory);
  return {
    version: 1,
    files: [...files],
    objects: judgement.objects,
    flowers: judgement.flowers,
    startedAt: new Date(started).toISOString(),
    durationMs: Date.now() - started,
    ...outcome,
    summary: { ...summary, advisory: results.length - mandatory.length },
    ...(isEmpty && { reason: `no Flower among ${judgement.objects} objects: nothing was judged` }),
    results,
  };
}

const NOTHING = { verdict: "live", exitCode: 0, summary: { live: 0, notLive: 0, unknown: 0, skipped: 0 } } as const;

/** Whether a result tells and does not stop. */
export function isAdvice({ level, verdict }: RuleResult): boolean {
  return level === "advisory" && (verdict === "not live" || verdict === "unknown");
}

function resultOf(rule: Rule, findings: readonly Finding[]): RuleResult[] {
  const own = findings.filter((finding) => finding.rule === rule);
  const [first] = own;
  if (first === undefined) return [];
  const { level } = first;
  const attempts = own.flatMap((finding) => attemptOf(finding) ?? []);
  const base = { id: rule.id, check: rule.id, title: rule.title, level };
  if (attempts.length === 0) {
    return [{ ...base, verdict: "skipped", reason: first.message, inconclusive: false, attempts }];
  }
  const verdicts = attempts.map(({ verdict }) => verdict);
  const verdict = verdicts.includes("not live") ? "not live" : verdicts.includes("unknown") ? "unknown" : "live";
  return [{ ...base, verdict, inconclusive: verdict === "unknown" && level === "mandatory", attempts }];
}

function attemptOf(finding: Finding): Attempt | undefined {
  const { verdict, message, rule } = finding;
  if (verdict === "skipped") return undefined;
  const expected = verdict === "live" ? rule.title : rule.remediation;
  // Names, images and arguments are what somebody wrote into a file, and end up on terminals and in logs of CI.
  const cameBack = message === "" ? "so it is" : printable(message);
  return { verdict, tried: printable(placeOf(finding)), expected, cameBack };
}

/** `Deployment tools/flower, spec.template.spec, flower.yaml:12`. */
export function placeOf({ object, path }: Finding): string {
  const { name, locate } = object.origin;
  const line = locate?.(path)?.line;
  const parts = [titleOf(object), formatPath(path), line === undefined ? name : `${name}:${line}`];
  return parts.filter((each) => each !== "").join(", ");
}
