import { join } from "node:path";
import { programConfig } from "../../../local/demo/program";
import type { KubernetesObject } from "../../../local/pod";
import { renderProgram } from "../../../local/render";
import type { Change } from "../attacks/attack";
import { secretOf } from "./logIns";
import { rollsQuickly } from "./objects";
import type { Stack } from "./stack";

/** One for a stack, so that the pod is replaced once for all attacks on it. */
const renderings = new WeakMap<Stack, KubernetesObject[]>();

/** The dashboard with everything that is off by default, in the place of the example's; its generated values are its own. */
export const withFeatures: Change = async (_objects, stack) => {
  const made = renderings.get(stack);
  if (made !== undefined) return made;
  const rendered = await renderProgram({
    program: join(__dirname, "..", "programs", "dashboard.ts"),
    config: programConfig(stack.demo.connection.ports.https),
    secretConfig: { brokerUrl: secretOf(stack.original, "queues-broker").get("url") },
    showSecrets: true,
  });
  const objects = rollsQuickly(rendered);
  renderings.set(stack, objects);
  return objects;
};
