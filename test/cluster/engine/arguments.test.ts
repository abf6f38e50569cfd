import { afterAll, beforeAll, expect, test } from "vitest";
import { createStage, type Stage } from "../stage";
import { checkpoint, configure, createStack } from "./stack";

let stage: Stage;
beforeAll(async () => {
  stage = await createStage("arguments");
});
afterAll(() => stage.remove());

/** Needs no plugin: the program stops before it asks for one. */
test("the engine stops at contradictory arguments, says which, and has made nothing", async () => {
  const stack = await createStack(stage);
  await configure(stack, stage, { sourceRanges: JSON.stringify({ viewer: ["10.0.0.1/8"], admin: [] }) });
  await expect(stack.up()).rejects.toThrow(/allowedSourceRanges/);
  const made = (JSON.parse(checkpoint(stage)) as { checkpoint: { latest?: { resources?: { type: string }[] } } })
    .checkpoint.latest?.resources;
  expect((made ?? []).map(({ type }) => type).filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
});
