import type { RuleId } from "../../../policy/index";

/** Something that is changed in `fixtures/hardened.yaml`. */
export interface Change {
  readonly what: string;
  readonly kind: string;
  /** Of several objects of the kind. */
  readonly name?: string;
  /** Empty: the object is taken away. */
  readonly path: readonly (string | number)[];
  /** `undefined` takes the member away. */
  readonly value?: unknown;
  /** Whether the rule still holds. */
  readonly keeps?: true;
  /** With `keeps`: whether the rule cannot tell, and says so. */
  readonly unsure?: true;
  /** Other rules that it breaks too. */
  readonly also?: readonly RuleId[];
  /** Objects that are added. */
  readonly adds?: readonly object[];
  /** What is changed as well. */
  readonly and?: readonly Change[];
  /** What the rule says. */
  readonly says?: RegExp;
}

export const POD = ["spec", "template", "spec"] as const;
export const FLOWER = [...POD, "containers", 0] as const;
export const NGINX = [...POD, "containers", 1] as const;
export const env = (index: number) => [...FLOWER, "env", index] as const;

export function inPod(
  what: string,
  path: readonly (string | number)[],
  value?: unknown,
  more: Partial<Change> = {},
): Change {
  return { what, kind: "Deployment", path, value, ...more };
}

export function variable(name: string, value: string): unknown {
  return { name, value };
}

export const NAMESPACE = "tools";

/** Something beside the fixture, which itself stays as it is. */
export function beside(what: string, adds: readonly object[], more: Partial<Change> = {}): Change {
  return { what, kind: "Namespace", path: ["metadata", "labels", "team"], value: "queues", adds, ...more };
}

/** An object, in the fixture's namespace unless another is named. */
export function object(apiVersion: string, kind: string, name: string, spec: object, namespace = NAMESPACE): object {
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}
