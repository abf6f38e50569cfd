import { afterAll, beforeAll, describe, test } from "vitest";
import { ATTACKS } from "./attacks";
import { prepare } from "./attacks/attack";
import { Stack } from "./client/stack";

/** One demo for all: its real nginx, Flower, Redis and Celery worker, and an ingress controller before them. */
let stack: Stack;

beforeAll(async () => {
  stack = await Stack.start();
});

afterAll(() => stack.stop());

describe.each([...new Set(ATTACKS.map(({ control }) => control))])("%s", (control) => {
  for (const attack of ATTACKS.filter((candidate) => candidate.control === control)) {
    test(attack.title, async () => {
      await prepare(stack, attack);
      await attack.run(stack);
    });
  }
});
