import { describe, expect, test } from "vitest";
import type { RuleId } from "../../policy/index";
import { broken, fixture, fixturesIn, judgeText, undecided } from "./fixtures";

/** What other projects ship, and the rules that each breaks: no more and no fewer. */
const FOUND: Readonly<Record<string, readonly RuleId[]>> = {
  "found/airflow-official-chart.yaml": [
    ...(["loopback", "authentication", "tls", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/airflow-community-chart.yaml": [
    ...(["loopback", "cluster-ip", "authentication", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/onlinejudge-chart.yaml": [
    ...(["loopback", "authentication", "secrets", "tls", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/superset-operator.yaml": [
    ...(["loopback", "authentication", "secrets", "tls", "read-only", "isolation"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  // It has a log-in, as weak and as public as it is.
  "found/just-to-check-something.yaml": [
    ...(["loopback", "cluster-ip", "secrets", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/guide-oauth.yaml": [
    ...([
      "authentication-pattern",
      "secrets",
      "read-only",
      "isolation",
      "version",
      "version-digest",
      "persistence",
    ] as const),
  ],
  "found/django-worker-settings.yaml": [
    ...(["loopback", "authentication", "secrets-config-map", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
};

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
