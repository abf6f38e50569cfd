import { AssertionError } from "node:assert";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKS } from "./attacks";
import { prepare, type Attack } from "./attacks/attack";
import { assertNewRoutesAreNoticed } from "./attacks/authentication";
import { Stack } from "./client/stack";
import { MUTATIONS, WITHOUT_MUTATION, type Mutation } from "./mutations";

const isRoot = process.getuid?.() === 0;

/** The one attack that a mutation names. */
function attackOn({ control, caughtBy }: Mutation): Attack {
  const found = ATTACKS.filter((attack) => attack.control === control && attack.title.startsWith(caughtBy));
  if (found.length !== 1) throw new Error(`${found.length} attacks on ${control} begin with "${caughtBy}"`);
  return found[0]!;
}

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
    test.skipIf(mutation.needsRoot && !isRoot)(`on ${mutation.control} without ${mutation.without}`, async () => {
      const attack = attackOn(mutation);
      // A pod that does not come up would prove nothing: this must not fail.
      await prepare(stack, attack, mutation.change);
      const attempt = async (): Promise<void> => attack.run(stack);
      const outcome = await attempt().then(
        () => "survived",
        (error: unknown) => error,
      );
      // Nothing else: an attack that stumbles has not succeeded.
      expect(outcome).toBeInstanceOf(AssertionError);
    });
  }
});
