import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { objectsOf, judge } from "../../policy/index";
import { renderProgram } from "../../local/render";
import { broken, undecided } from "./fixtures";

const EXAMPLES = join(__dirname, "..", "..", "examples");
const REDIS = { brokerUrl: "redis://:correct-horse-battery@redis:6379/0" };
const RABBITMQ = {
  brokerUrl: "amqps://flower:correct-horse@rabbitmq:5671/",
  managementApiUrl: "https://flower:correct-horse@rabbitmq:15671/api/",
};

/** Each program, its stack, its secrets, and the dashboards that it makes. */
const PROGRAMS: readonly (readonly [string, string, Readonly<Record<string, string>>, number])[] = [
  ["basic", "render", REDIS, 1],
  ["existing-secrets", "render", {}, 1],
  ["oauth", "render", { ...REDIS, clientSecret: "client-secret-of-google" }, 1],
  ["production", "dev", REDIS, 1],
  ["production", "staging", { ...REDIS, clientSecret: "client-secret-of-google" }, 1],
  ["production", "production", { ...REDIS, clientSecret: "client-secret-of-google" }, 1],
  ["rabbitmq-tls", "render", RABBITMQ, 1],
  ["two-queues", "render", { mailBrokerUrl: REDIS.brokerUrl, videoBrokerUrl: REDIS.brokerUrl }, 2],
];

describe.each(PROGRAMS)("the example %s on the stack %s", (name, stack, secretConfig, dashboards) => {
  test("renders, and keeps every mandatory rule for certain", async () => {
    const objects = await renderProgram({ program: join(EXAMPLES, name), stack, secretConfig });
    const judgement = judge(objects.flatMap((object) => objectsOf(object, { origin: { name } })));

    expect(judgement.flowers).toBe(dashboards);
    expect(broken(judgement, "mandatory")).toEqual([]);
    expect(broken(judgement, "advisory")).toEqual(stack === "production" ? [] : ["version-digest"]);
    expect(undecided(judgement)).toEqual([]);
  });
});

test("every example is rendered here", () => {
  const programs = readdirSync(EXAMPLES).filter((name) => readdirSync(join(EXAMPLES, name)).includes("Pulumi.yaml"));

  expect([...new Set(PROGRAMS.map(([name]) => name))]).toEqual(programs.sort());
});

test("production signs in with the provider, and development with passwords", async () => {
  const variables = async (stack: string): Promise<string> =>
    JSON.stringify(
      await renderProgram({
        program: join(EXAMPLES, "production"),
        stack,
        secretConfig: { ...REDIS, clientSecret: "client-secret-of-google" },
      }),
    );

  expect(await variables("production")).toContain('"name":"FLOWER_AUTH_PROVIDER"');
  expect(await variables("dev")).not.toContain('"name":"FLOWER_AUTH_PROVIDER"');
});

test("the repository itself is a project: its Pulumi.yaml leads to an example", async () => {
  const objects = await renderProgram({ program: join(EXAMPLES, ".."), secretConfig: REDIS });

  expect(objects.map(({ kind }) => kind)).toContain("Deployment");
});
