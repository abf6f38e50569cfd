import { programConfig } from "../../../local/demo/program";
import type { KubernetesObject } from "../../../local/pod";
import { renderProgram } from "../../../local/render";
import type { Change } from "../attacks/attack";
import { secretOf } from "./logIns";
import { rollsQuickly } from "./objects";
import type { Stack } from "./stack";

/** Puts what another program renders, or the same one anew, in the place of what a stack runs, with the stack's broker. */
export function renderingOf(program: string): Change {
  // One for a stack, so that the pod is replaced once for all attacks on it.
  const renderings = new WeakMap<Stack, KubernetesObject[]>();
  return async (_objects, stack) => {
    const made = renderings.get(stack);
    if (made !== undefined) return made;
    const rendered = await renderProgram({
      program,
      config: programConfig(stack.demo.connection.ports.https),
      secretConfig: { brokerUrl: secretOf(stack.original, "queues-broker").get("url") },
      showSecrets: true,
    });
    const objects = rollsQuickly(rendered);
    renderings.set(stack, objects);
    return objects;
  };
}
