import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKS } from "./attacks";
import { assertNewRoutesAreNoticed } from "./attacks/authentication";
import { Stack } from "./client/stack";
import { assertBreach, attackOn, MUTATIONS, WITHOUT_MUTATION } from "./mutations";

const isRoot = process.getuid?.() === 0;

describe("the table of mutations", () => {
  test("takes out something of every control, for every attack that can be proved to bite", () => {
    const bitten = new Set(MUTATIONS.map((mutation) => attackOn(mutation).title));
    const toothless = ATTACKS.map(({ title }) => title).filter((title) => !bitten.has(title));
    expect(toothless.sort()).toEqual(Object.keys(WITHOUT_MUTATION).sort());
    const controls = new Set(MUTATIONS.map(({ control }) => control));
    expect([...new Set(ATTACKS.map(({ control }) => control))].filter((control) => !controls.has(control))).toEqual([]);
  });

  test("a route that a new Flower brings, or drops, is noticed", () => {
    expect(assertNewRoutesAreNoticed).not.toThrow();
  });
});

describe("an attack succeeds", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start();
  });

  afterAll(() => stack.stop());

  for (const mutation of MUTATIONS) {
    test.skipIf(mutation.needsRoot && !isRoot)(`on ${mutation.control} without ${mutation.without}`, () =>
      assertBreach(stack, mutation),
    );
  }
});
