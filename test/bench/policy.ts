import { policies } from "../../policy/index";
import { readObjects } from "../../policy/yaml/read";
import { fixture, fixturesIn } from "../policy/fixtures";

type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Policy = ReturnType<typeof policies>[number];
type StackPolicy = Extract<Policy, { validateStack: unknown }>;
type StackResource = Arguments<StackPolicy["validateStack"]>[0]["resources"][number];

/** How many objects the pack is given. */
export const OBJECTS = 1000;

/**
 * Seconds that the pack takes to judge 1,000 objects, every fifth of which runs Flower, or belongs to it: each policy on each resource, then on the stack. The way
 * to the engine and back is not in it.
 */
export function benchPolicies(): number {
  const names = ["hardened.yaml", ...fixturesIn("found"), ...fixturesIn("ordinary")];
  const objects = names.flatMap((name) => readObjects(fixture(name), name));
  const resources = Array.from({ length: OBJECTS }, (_, index): StackResource => {
    const { apiVersion, kind, root } = objects[index % objects.length] as (typeof objects)[number];
    const type = `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`;
    return {
      type,
      urn: `urn:${index}`,
      name: String(index),
      props: inNamespace(root.value, index),
    } as unknown as StackResource;
  });
  const started = process.hrtime.bigint();
  for (const policy of policies()) run(policy, resources);
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** Copies of the fixtures live side by side. */
function inNamespace(object: unknown, index: number): unknown {
  const { metadata, ...rest } = object as { metadata: object };
  return { ...rest, metadata: { ...metadata, namespace: `copy-${Math.floor(index / 40)}` } };
}

function run(policy: Policy, resources: readonly StackResource[]): void {
  const report = (): void => undefined;
  const getConfig = (): object => ({});
  if ("validateStack" in policy) {
    void policy.validateStack(
      { resources, getConfig } as unknown as Arguments<StackPolicy["validateStack"]>[0],
      report,
    );
  } else if (typeof policy.validateResource === "function") {
    for (const resource of resources) void policy.validateResource({ ...resource, getConfig } as never, report);
  }
}
