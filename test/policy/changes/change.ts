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
  /** Other rules that it breaks too. */
  readonly also?: readonly RuleId[];
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
