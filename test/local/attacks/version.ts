import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { Pod, type KubernetesObject, type RecipeFinder } from "../../../local/pod";
import { changed, podSpecOf } from "../client/objects";
import type { Stack } from "../client/stack";
import { imageVenv, oldFlowerPackages, packagesOf } from "../flower-scripts/venvs";
import type { Attack } from "./attack";

/** The pod's own words, from the log that `kubectl describe` shows. */
const REFUSAL = /The image has Flower 2\.0\.1, and 2\.2\.0 or newer is needed/;

/** Recipes in which Flower's image has Flower 2.0.1 in the place of its own, which ignores the read-only setting. */
async function recipesWithOldFlower(stack: Stack): Promise<RecipeFinder> {
  const venv = await imageVenv();
  const source = join(oldFlowerPackages(venv), "flower");
  return (image) => {
    const recipe = stack.demo.recipes(image);
    const environment = recipe?.binds.find((bind) => bind.source === venv);
    if (recipe === undefined || environment === undefined) return recipe;
    const target = join(environment.target, relative(venv, packagesOf(venv)), "flower");
    return { ...recipe, binds: [...recipe.binds, { source, target, readOnly: true }] };
  };
}

/** Tries to bring a pod up with an old Flower, in the place of the one that runs; says what came of it. */
async function outcomeOf(stack: Stack, objects: readonly KubernetesObject[]): Promise<string> {
  const { sandbox, pod } = stack.demo;
  const recipes = await recipesWithOldFlower(stack);
  await pod.kill();
  const outcome = await Pod.start({ sandbox, objects, recipes, readySeconds: 15 }).then(
    async (started) => {
      await started.kill();
      return "the pod has started";
    },
    (error: unknown) => String(error),
  );
  await stack.roll(stack.objects);
  return outcome;
}

/** Flower's own container checks too: an init container can be skipped by whoever edits the Deployment. */
function withoutInitContainer(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return changed(objects, (copy) => {
    const pod = podSpecOf(copy);
    pod.initContainers = [];
    // Only Flower is asked here, and nginx would stumble over what the init container has not laid.
    pod.containers = pod.containers.filter(({ name }) => name === "flower-viewer");
  });
}

const control = "version";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "a pod whose image has an old Flower does not start, and says why",
    run: async (stack) => assert.match(await outcomeOf(stack, stack.objects), REFUSAL),
  },
  {
    control,
    title: "Flower's container refuses an old Flower too, without the init container",
    run: async (stack) => assert.match(await outcomeOf(stack, withoutInitContainer(stack.objects)), REFUSAL),
  },
];
