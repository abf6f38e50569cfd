import { describe, expect, test } from "vitest";
import { RULES, type RuleId } from "../../policy/index";
import { broken, fixture, judgeText, undecided } from "./fixtures";
import { CHANGES, type Change } from "./changes";
import { changed } from "./changes/changed";

describe("a pod written by hand that keeps every rule", () => {
  test("breaks none, and is told for certain", () => {
    const judgement = judgeText(fixture("hardened.yaml"));

    expect(broken(judgement)).toEqual([]);
    expect(undecided(judgement)).toEqual([]);
    expect(judgement.flowers).toBe(1);
    expect(new Set(judgement.findings.map(({ rule }) => rule.id))).toEqual(new Set(RULES.map(({ id }) => id)));
  });
});

describe.each(Object.entries(CHANGES) as [RuleId, readonly Change[]][])("the rule %s", (id, changes) => {
  test.each(changes.filter((each) => each.keeps !== true).map((each) => [each.what, each] as const))(
    "is broken by %s",
    (_, change) => {
      const judgement = judgeText(changed(change));

      expect(broken(judgement)).toEqual([id, ...(change.also ?? [])].sort(byRule));
      const told = judgement.findings.filter((each) => each.rule.id === id && each.verdict === "not live");
      expect(told.map(({ message }) => message).join("\n")).toMatch(change.says ?? /./);
    },
  );

  test.each(changes.filter((each) => each.keeps === true).map((each) => [each.what, each] as const))(
    "is kept, as far as can be told, with %s",
    (_, change) => {
      const judgement = judgeText(changed(change));

      expect(broken(judgement)).toEqual(change.also ?? []);
      expect(undecided(judgement).includes(id)).toBe(change.unsure === true);
    },
  );
});

test("Flower is found in a ScaledJob of KEDA's", () => {
  const text = fixture("hardened.yaml")
    .replace("apiVersion: apps/v1\nkind: Deployment", "apiVersion: keda.sh/v1alpha1\nkind: ScaledJob")
    .replace(
      /^ {2}template:\n((?: {4}.*\n)+)/m,
      (_, template: string) => `  jobTargetRef:\n    template:\n${template.replace(/^/gm, "  ")}\n`,
    )
    .replace('value: "true"', 'value: "false"');

  expect(judgeText(text).flowers).toBe(1);
  expect(broken(judgeText(text), "mandatory")).toEqual(["read-only"]);
});

test("every rule has a change that breaks it", () => {
  expect(Object.keys(CHANGES).sort()).toEqual(RULES.map(({ id }) => id).sort());
});

function byRule(left: RuleId, right: RuleId): number {
  const order = RULES.map(({ id }) => id);
  return order.indexOf(left) - order.indexOf(right);
}
