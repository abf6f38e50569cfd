import { Config } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import * as random from "@pulumi/random";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatTable, verify } from "../../../verify";
import { kubectl } from "../kubectl";
import { makeDashboard } from "../programs/makeDashboard";
import { createStage, served, type Stage } from "../stage";
import { readEngine } from "./engine";
import { watchMemory } from "./memory";
import { checkpoint, configure, createStack, findDashboard } from "./stack";

/** From nothing to a dashboard that answers. */
const LONGEST_UP_SECONDS = 120;

describe.skipIf(readEngine().missing.length > 0)("`pulumi up` by the real engine", () => {
  let stage: Stage;
  let stack: Stack;
  let dashboard: Awaited<ReturnType<typeof findDashboard>>;
  let secondsToUp: number;
  let secondsToServed: number;
  /** A host that another resource makes, as a preview does not know it. */
  let hostIsUnknown = false;

  beforeAll(async () => {
    stage = await createStage("up");
    stack = await createStack(stage, () => {
      const host = hostIsUnknown ? new random.RandomString("host", { length: 8 }).result : undefined;
      const { url, credentialSecretNames } = makeDashboard(new Config(), {}, host);
      return Promise.resolve({ url, credentialSecretNames });
    });
    await configure(stack, stage);
    const memory = watchMemory();
    const started = Date.now();
    await stack.up();
    secondsToUp = (Date.now() - started) / 1000;
    dashboard = await findDashboard(stage);
    await served(dashboard);
    secondsToServed = (Date.now() - started) / 1000;
    const most = [...memory.stop()].map(([name, mebibytes]) => `${name} ${mebibytes} MiB`).join(", ");
    console.log(`up: ${secondsToUp.toFixed(1)} s, served after ${secondsToServed.toFixed(1)} s; memory: ${most}`);
  }, 600_000);
  afterAll(async () => {
    await stage.remove();
  });

  test("makes a dashboard from nothing that is verified live", async () => {
    const report = await verify(dashboard.target);
    console.log(formatTable(report));
    expect(report.verdict).toBe("live");
    expect(secondsToServed).toBeLessThan(LONGEST_UP_SECONDS);
  });

  test("does not wait for an Ingress whose address nobody publishes", async () => {
    const ingresses = await kubectl([`--namespace=${stage.namespace}`, "get", "ingresses", "--output=json"]);
    expect(ingresses).not.toContain('"hostname"');
    const { items } = JSON.parse(ingresses) as { items: { status: { loadBalancer: object } }[] };
    console.log(`addresses of the Ingresses: ${JSON.stringify(items.map(({ status }) => status.loadBalancer))}`);
    expect(secondsToUp).toBeLessThan(LONGEST_UP_SECONDS);
  });

  test("changes nothing when it is run again", async () => {
    const { summary } = await stack.up();
    expect(Object.keys(summary.resourceChanges ?? {})).toEqual(["same"]);
  });

  test("writes none of the generated values into its state in clear", () => {
    const text = checkpoint(stage);
    const found = [...dashboard.secrets].filter(
      ([where, value]) => !isPublic(where) && spellings(value).some((each) => text.includes(each)),
    );
    expect(text).toContain('"ciphertext"');
    expect(dashboard.secrets.size).toBeGreaterThanOrEqual(10);
    expect(found.map(([where]) => where)).toEqual([]);
  });

  test("previews a host that is not known yet, and replaces no credential for it", async () => {
    hostIsUnknown = true;
    try {
      const replaced = new Set<string>();
      const { changeSummary } = await stack.preview({
        onEvent: ({ resourcePreEvent }) => {
          const { op = "", type = "", urn = "" } = resourcePreEvent?.metadata ?? {};
          if (op === "replace") replaced.add(`${type.split(":").pop() ?? ""} ${urn.split("::").pop() ?? ""}`);
        },
      });
      console.log(
        `preview with an unknown host: ${JSON.stringify(changeSummary)}; replaced: ${[...replaced].join(", ")}`,
      );
      expect([...replaced].filter((each) => /^(RandomPassword|PrivateKey) /.test(each))).toEqual([]);
    } finally {
      hostIsUnknown = false;
    }
  });

  test("leaves nothing behind when it is destroyed", async () => {
    await stack.destroy();
    const kinds = (await kubectl(["api-resources", "--namespaced", "--verbs=list", "--output=name"]))
      .trim()
      .split("\n");
    const left = async (): Promise<string[]> =>
      (
        await kubectl([
          `--namespace=${stage.namespace}`,
          "get",
          kinds.join(","),
          "--output=name",
          "--selector=app.kubernetes.io/instance=queues",
        ])
      )
        .trim()
        .split("\n")
        .filter((line) => line !== "");
    await expect.poll(left, { timeout: 60_000, interval: 1000 }).toEqual([]);
    const resources = (await stack.exportStack()).deployment as { resources?: unknown[] };
    expect(resources.resources ?? []).toEqual([]);
  });
});

/** Certificates are for everybody to see. */
function isPublic(where: string): boolean {
  return where.endsWith(".crt");
}

/** As it is, as JSON writes it, and in base64. */
function spellings(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), Buffer.from(value).toString("base64")];
}
