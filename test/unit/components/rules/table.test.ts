import { InputPropertiesError } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { check, checkPlain, problemsOf, rules } from "../../../../components/rules";
import { brokenRules } from "../../../../components/rules/rule";
import { bare, changed, existing, full, minimal, signIn, signInFully, signInWithOkta, withAdmin } from "../arguments";
import { accessRows } from "./accessRows";
import { oauthRows } from "./oauthRows";
import { clusterRows } from "./clusterRows";
import { memberRows } from "./memberRows";
import { metricsRows } from "./metricsRows";
import { persistenceRows } from "./persistenceRows";
import { argumentsOf, type Row } from "./row";

const ROWS: readonly Row[] = [
  ...accessRows,
  ...oauthRows,
  ...clusterRows,
  ...persistenceRows,
  ...metricsRows,
  ...memberRows,
];

function errorOf(run: () => void): InputPropertiesError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputPropertiesError);
    return error as InputPropertiesError;
  }
  throw new Error("nothing was refused");
}

function title({ path, changes, says }: Row): string {
  return `${path || "arguments"} (${Object.keys(changes).join(", ")}): ${says.join(" … ").slice(0, 60)}`;
}

function expectInOrder(text: string, parts: readonly string[]): void {
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*");
  expect(text).toMatch(new RegExp(pattern));
}

describe("a broken rule", () => {
  test.each(ROWS.map((each) => [title(each), each] as const))("%s", (_, each) => {
    const args = argumentsOf(each);
    const problem = problemsOf("queues", args).find(({ path }) => path === each.path);
    expectInOrder(problem?.reason ?? "no problem at this path", each.says);

    const error = errorOf(() => checkPlain("queues", args));
    expect(error.message).toContain(`\n  ${each.path || "arguments"}: ${problem?.reason}`);
    expect(error.errors).toContainEqual({ propertyPath: each.path, reason: problem?.reason });
    expect(error.message).not.toMatch(/hunter2|broker-password|api-password|client-password/);
  });

  test("is the only problem that is told, unless it leads to others", () => {
    const others = ROWS.map((each) => [each, problemsOf("queues", argumentsOf(each))] as const)
      .filter(([{ path }, problems]) => problems.length !== 1 || problems[0]?.path !== path)
      .map(([each, problems]) => `${title(each).split(":")[0] ?? ""} -> ${problems.map(({ path }) => path).join(" ")}`);
    expect(others).toEqual([
      "auth.oauth.admins (auth.oauth.admins) -> admin auth.oauth.admins",
      "auth (auth) -> auth admin",
      "auth.basic (auth.basic) -> auth.basic admin",
      "auth.basic.existingSecrets (auth.basic.existingSecrets) -> auth.basic.existingSecrets admin",
      "auth.oauth (auth.oauth) -> auth.oauth admin",
    ]);
  });

  test("is in the table, whichever rule it is", () => {
    const everyArguments = ROWS.map(argumentsOf);
    const untested = rules.filter((rule) => everyArguments.every((args) => brokenRules([rule], args).length === 0));
    expect(untested.map(({ path, reason }) => `${path}: ${typeof reason === "string" ? reason : "…"}`)).toEqual([]);
  });
});

describe("several broken rules", () => {
  const wrong = changed(withAdmin, {
    host: "A B",
    "broker.url": "http://:hunter2@redis",
    "admin.allowedSourceRanges": ["10.0.0.1"],
    "flower.maxTasks": 1,
    "ingress.controller": "envoy",
  });
  const paths = ["host", "admin.allowedSourceRanges[0]", "broker.url", "ingress.controller", "flower.maxTasks"];

  test("are all told in one error, with the name's own problem first", () => {
    const error = errorOf(() => check("Queues", wrong));
    expect(error.errors.map(({ propertyPath }) => propertyPath)).toEqual(["name", ...paths]);
    expect(error.message.split("\n")[0]).toBe('FlowerDashboard "Queues" has 6 wrong arguments:');
    expect(error.message.split("\n")).toHaveLength(7);
  });

  test("at one path are told one at a time, since the second only follows from the first", () => {
    expect(problemsOf("queues", changed(minimal, { host: null })).map(({ path }) => path)).toEqual(["host"]);
  });
});

describe("the name", () => {
  test.each(["", "Queues", "-a", "a-", "a.b", "a".repeat(55), undefined, 7])("%j is refused", (name) => {
    const [problem, ...more] = problemsOf(name as string, minimal);
    expect(more).toEqual([]);
    expect(problem?.path).toBe("name");
    expect(problem?.reason).toContain("write at most 54 of a-z 0-9 -");
  });

  test.each(["a", "queues", "a".repeat(54), "0-1"])("%j is accepted", (name) => {
    expect(problemsOf(name, minimal)).toEqual([]);
  });
});

describe("arguments without a fault", () => {
  test.each([
    ["minimal", minimal],
    ["with an admin", withAdmin],
    ["existing Secrets", existing],
    ["a proxy of one's own", bare],
    ["no network policy", changed(bare, { "ingress.namespace": undefined, "networkPolicy.disabled": true })],
    ["every member", full],
    ["sign-in with Google", signIn],
    ["sign-in with a GitLab of one's own", signInFully],
    ["sign-in with Okta", signInWithOkta],
    [
      "sign-in with GitHub Enterprise Server",
      changed(signIn, { "auth.oauth.provider": "github", "auth.oauth.githubHost": "github.example.com" }),
    ],
    ["one address", changed(signIn, { "auth.oauth.viewers": ["o'neil@example.com".replace("'", "_")] })],
    [
      "an authorization server without an id",
      changed(signInWithOkta, { "auth.oauth.oktaBaseUrl": "https://okta.example.com/oauth2" }),
    ],
    ["a self-signed certificate", changed(minimal, { tls: { selfSigned: true } })],
    ["no self-signed certificate, said so", changed(minimal, { "tls.selfSigned": false })],
    ["cert-manager", changed(minimal, { tls: { certManagerClusterIssuer: "letsencrypt" } })],
    ["an empty list of trusted proxies", changed(minimal, { trustedProxyRanges: [] })],
    ["the whole internet", changed(minimal, { allowedSourceRanges: ["0.0.0.0/0", "::/0"] })],
    ["failover brokers", changed(minimal, { "broker.url": "amqp://u:p@a:5672//;amqp://u:p@b:5672//" })],
    ["a number as rotation", changed(minimal, { rotation: 2 })],
    ["members that are undefined", changed(minimal, { admin: undefined, "broker.urlSecret": undefined, pod: {} })],
  ])("pass: %s", (_, args) => {
    expect(problemsOf("queues", args)).toEqual([]);
  });

  test("cannot be left out altogether", () => {
    expect(problemsOf("queues", undefined)).toEqual([
      { path: "", reason: expect.stringContaining("is not an object; write only host, urlPrefix") },
    ]);
  });
});
