import type { Candidate, FlowerPod, Inventory } from "./inventory";
import type { KubernetesObject } from "./objects/kubernetesObject";
import { UnknownValue, type Part } from "./objects/part";
import { isWorkload } from "./objects/pods";

/** Ids of the controls that can be seen in objects: the same as in the code, the tests and the verifier. */
export type PolicyControl =
  | "loopback"
  | "cluster-ip"
  | "authentication"
  | "secrets"
  | "tls"
  | "read-only"
  | "isolation"
  | "pod"
  | "version"
  | "persistence";

/** Ids of the rules: a control, and where it has more than one rule, what this one looks at. */
export type RuleId =
  PolicyControl | "authentication-pattern" | "secrets-config-map" | "pod-hardening" | "version-digest";

/** How a broken rule counts: `mandatory` stops, `advisory` tells, `disabled` is not looked at. */
export type EnforcementLevel = "mandatory" | "advisory" | "disabled";

/** Something that a rule does not allow. */
export interface Violation {
  /** What is wrong, as a sentence without a full stop. Never holds a value that could be a credential. */
  readonly message: string;
  /** The part of the object at fault. */
  readonly at: Part;
  /** The object at fault, where it is not the one that is judged. */
  readonly object?: KubernetesObject;
}

/** Values of a rule's parameters by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** JSON schemas of a rule's parameters, as Pulumi's policy packs know them; each with a default. */
export type ParameterSchemas = Readonly<Record<string, ParameterSchema>>;

/** JSON schema of a parameter. */
export interface ParameterSchema {
  readonly type: "string" | "array" | "integer" | "boolean";
  readonly items?: { readonly type: "string" | "integer" };
  readonly description: string;
  readonly default: unknown;
}

/** What a rule is told beside what it judges. */
export interface Context {
  readonly inventory: Inventory;
  readonly parameters: Parameters;
}

/** What a rule is about: a Flower pod, or another object by which Flower can be reached. */
export interface Subject extends Candidate {
  readonly pod?: FlowerPod;
}

/** A rule over Kubernetes objects. Pure: it knows neither Pulumi nor files. */
export interface Rule {
  readonly id: RuleId;
  readonly control: PolicyControl;
  /** What holds where the rule is kept. */
  readonly title: string;
  /** What to write where it is broken. */
  readonly remediation: string;
  /** Unless configured. */
  readonly level: Exclude<EnforcementLevel, "disabled">;
  /** Whether one object decides, or several have to be related. */
  readonly scope: "object" | "stack";
  readonly parameters?: ParameterSchemas;
  /** What it judges; every Flower pod, if left out. */
  subjects?(inventory: Inventory): readonly Subject[];
  /** Throws UnknownValue, after what it can tell, if that is not all. */
  judge(subject: Subject, context: Context): Iterable<Violation>;
}

/** What most rules are about. */
export function flowerPods(inventory: Inventory): readonly Subject[] {
  return [...inventory.flowers.map((pod) => ({ object: pod.object, pod })), ...inventory.possibleFlowers];
}

/** Judges the pods of {@link flowerPods} and what else a rule is about; of a workload that may have such a pod, nothing can be said yet. */
export function judgePodOr(
  judgePod: (pod: FlowerPod, context: Context) => Iterable<Violation>,
  judgeOther: (object: KubernetesObject, context: Context) => Iterable<Violation>,
): Rule["judge"] {
  return ({ object, pod, doubt }, context) => {
    if (pod !== undefined) return judgePod(pod, context);
    if (doubt !== undefined && isWorkload(object)) throw doubt;
    return judgeOther(object, context);
  };
}

/** Judges each item, also after one of them needed a value that is not known. */
export function* each<T>(items: Iterable<T>, judge: (item: T) => Iterable<Violation>): Iterable<Violation> {
  let unknown: UnknownValue | undefined;
  for (const item of items) {
    try {
      yield* judge(item);
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      unknown ??= error;
    }
  }
  if (unknown !== undefined) throw unknown;
}

/** A rule about Flower's pods, whose judge gets the pod. */
export function podRule(
  rule: Omit<Rule, "judge" | "subjects"> & {
    readonly judgePod: (pod: FlowerPod, context: Context) => Iterable<Violation>;
  },
): Rule {
  const { judgePod, ...rest } = rule;
  return {
    ...rest,
    subjects: flowerPods,
    judge: judgePodOr(judgePod, () => []),
  };
}

/** A parameter that is a list of texts. */
export function textList(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}
