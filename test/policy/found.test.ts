import { describe, expect, test } from "vitest";
import { FOUND } from "./found";
import { broken, fixture, fixturesIn, judgeText, undecided } from "./fixtures";

describe("what other projects ship", () => {
  test("is all judged here", () => {
    expect(fixturesIn("found")).toEqual(Object.keys(FOUND).sort());
  });

  test.each(Object.entries(FOUND))("%s breaks just these rules", (name, expected) => {
    const judgement = judgeText(fixture(name));

    expect(broken(judgement)).toEqual(expected);
    expect(undecided(judgement)).toEqual([]);
  });
});

describe("what has no Flower", () => {
  test.each(fixturesIn("ordinary"))("%s is nobody's business", (name) => {
    const { objects, flowers, findings } = judgeText(fixture(name));

    expect(objects).toBeGreaterThan(1);
    expect(flowers).toBe(0);
    expect(findings).toEqual([]);
  });
});
