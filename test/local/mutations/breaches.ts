import { afterAll, beforeAll, describe, test } from "vitest";
import { Stack } from "../client/stack";
import { assertBreach, type Mutation } from "../mutations";

const isRoot = process.getuid?.() === 0;

/** A test for each mutation, on one stack: the attack that it names must succeed. */
export function describeBreaches(mutations: readonly Mutation[]): void {
  describe("an attack succeeds", () => {
    let stack: Stack;

    beforeAll(async () => {
      stack = await Stack.start();
    });

    afterAll(() => stack.stop());

    for (const mutation of mutations) {
      test.skipIf(mutation.needsRoot && !isRoot)(`on ${mutation.control} without ${mutation.without}`, () =>
        assertBreach(stack, mutation),
      );
    }
  });
}
