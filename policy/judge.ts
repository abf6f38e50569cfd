import { RULES } from "./controls";
import { settle, type PolicyConfig, type Settled } from "./config";
import { Inventory } from "./inventory";
import { nameOf, namespaceOf, type KubernetesObject } from "./objects/kubernetesObject";
import { ifKnown, UnknownValue, type Path } from "./objects/part";
import type { Context, EnforcementLevel, Rule, Subject } from "./rule";

/** What a rule says of one thing that it judged: as the verifier says it, although nothing here is live yet. */
export interface Finding {
  readonly rule: Rule;
  readonly level: Exclude<EnforcementLevel, "disabled">;
  /** `unknown`: it could not tell; `skipped`: an allow-list exempts the object. */
  readonly verdict: "live" | "not live" | "unknown" | "skipped";
  /** The object that was judged. */
  readonly subject: KubernetesObject;
  /** The object at fault: often the same. */
  readonly object: KubernetesObject;
  /** The part of it. */
  readonly path: Path;
  /** What is wrong or unknown; "" if nothing is. Never holds a value that could be a credential. */
  readonly message: string;
}

/** What the rules say of a set of objects. */
export interface Judgement {
  /** How many objects were read. */
  readonly objects: number;
  /** How many of them run Flower. With none, and nothing that leads to one, nothing was judged. */
  readonly flowers: number;
  /** The rules that were asked. */
  readonly rules: readonly Rule[];
  readonly findings: readonly Finding[];
}

/** Which rules are asked; all, unless said otherwise. */
export interface JudgeOptions {
  readonly rules?: readonly Rule[];
  readonly config?: PolicyConfig;
}

/**
 * Judges objects together by the rules.
 *
 * @throws ConfigError if the configuration names a rule or a parameter that does not exist, or a value of the wrong type.
 */
export function judge(objects: readonly KubernetesObject[], options: JudgeOptions = {}): Judgement {
  const inventory = new Inventory(objects);
  const settled = (options.rules ?? RULES).map((rule) => settle(rule, options.config));
  const active = settled.filter(({ level }) => level !== "disabled");
  return {
    objects: objects.length,
    flowers: inventory.flowers.length,
    rules: active.map(({ rule }) => rule),
    findings: active.flatMap((each) => judgeRule(each, inventory)),
  };
}

/** What one rule says of every subject among the objects. */
export function judgeRule({ rule, level, parameters, isExempt }: Settled, inventory: Inventory): Finding[] {
  if (level === "disabled") return [];
  const subjects = rule.subjects?.(inventory) ?? [];
  return subjects.flatMap((subject) => {
    const base = { rule, level, subject: subject.object, object: subject.object, path: [] };
    const [namespace, name] = [namespaceOf, nameOf].map((read) => ifKnown(() => read(subject.object), ""));
    if (isExempt(`${namespace ?? ""}/${name ?? ""}`)) {
      return [{ ...base, verdict: "skipped" as const, message: "the configuration's allow-list exempts it" }];
    }
    const found = judgeSubject(rule, subject, { inventory, parameters });
    if (subject.doubt !== undefined) return doubted(subject.doubt, found).map((each) => ({ ...base, ...each }));
    return found.length > 0
      ? found.map((each) => ({ ...base, ...each }))
      : [{ ...base, verdict: "live" as const, message: "" }];
  });
}

/** Where nothing is wrong with an object, it does not matter whether it has to do with Flower. */
function doubted(doubt: UnknownValue, found: readonly Found[]): Found[] {
  return found.length === 0 ? [] : [{ verdict: "unknown", message: doubt.message }];
}

type Found = Pick<Finding, "verdict" | "message"> & Partial<Pick<Finding, "object" | "path">>;

function judgeSubject(rule: Rule, subject: Subject, context: Context): Found[] {
  const found: Found[] = [];
  try {
    for (const { message, at, object } of rule.judge(subject, context)) {
      found.push({ verdict: "not live", message, path: at.path, ...(object && { object }) });
    }
  } catch (error) {
    if (!(error instanceof UnknownValue)) throw error;
    found.push({ verdict: "unknown", message: error.message });
  }
  return found;
}
