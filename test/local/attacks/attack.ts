import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../local/pod";
import type { Stack } from "../client/stack";

/** Makes other objects of what was rendered. */
export type Change = (
  objects: readonly KubernetesObject[],
  stack: Stack,
) => readonly KubernetesObject[] | Promise<readonly KubernetesObject[]>;

/** An attempt on a control, with the sentence that is true as long as the control holds. */
export interface Attack {
  /** Id of the control, as in the README's table. */
  readonly control: string;
  /** What holds: the name of the test. */
  readonly title: string;
  /** What is attacked: running processes, or only what was rendered. Defaults to processes. */
  readonly on?: "processes" | "objects";
  /** Of a dashboard with passwords alone: what they open, or what is rendered with them. */
  readonly auth?: "basic";
  /** Changes what runs before the attack, for instance so that one of two locks is left. */
  readonly setup?: Change;
  /** Rejects if the control does not hold. Leaves everything as it was. */
  readonly run: (stack: Stack) => Promise<void> | void;
}

/** Has the stack run, or show, what an attack is to find: its own setup, and then what else is to be different. */
export async function prepare(stack: Stack, { on, setup }: Attack, change?: Change): Promise<void> {
  const before = (await setup?.(stack.original, stack)) ?? stack.original;
  const after = (await change?.(before, stack)) ?? before;
  if (change !== undefined) assert.notDeepEqual(after, before, "nothing was taken out");
  if (on === "objects") stack.show(after);
  else await stack.apply(after);
}

/** Asserts that nothing was found; shows the first findings. */
export function assertNone(what: string, found: readonly string[]): void {
  const shown = found.slice(0, 12).join("\n  ");
  assert.ok(found.length === 0, `${what}: ${found.length}\n  ${shown}`);
}
