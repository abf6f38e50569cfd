import { describe, expect, test } from "vitest";
import { ATTACKS } from "./attacks";
import { assertNewRoutesAreNoticed } from "./attacks/authentication";
import { attackOn, MUTATIONS, POD_MUTATIONS, WITHOUT_MUTATION } from "./mutations";
import { describeBreaches } from "./mutations/breaches";

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

describeBreaches(POD_MUTATIONS);
