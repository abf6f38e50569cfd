import { Config } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { apply, list } from "../kubectl";
import { greetFrom, REFUSED } from "../probes";
import { makeDashboard } from "../programs/makeDashboard";
import { statusOf } from "../requests";
import { longestGap, others, pause, sample, type LogIn } from "../sampling";
import { createStage, idlePod, served, type DashboardChoice, type Stage } from "../stage";
import { readTarget } from "../target";
import { readEngine } from "./engine";
import { configure, createStack, findDashboard } from "./stack";

/** Seconds without service that an `up` may cost: none, but for one request that was on its way. */
const LONGEST_GAP_SECONDS = 0.5;
const HALF_A_YEAR_MS = 190 * 24 * 3600 * 1000;

describe.skipIf(readEngine().missing.length > 0)("an `up` of the real engine, while somebody looks on", () => {
  let stage: Stage;
  let stack: Stack;
  let now = Date.now();

  beforeAll(async () => {
    stage = await createStage("turn");
    stack = await createStack(stage, () => {
      // Only the component's own calendar is turned.
      vi.useFakeTimers({ toFake: ["Date"], now });
      try {
        const { url, clientCertificateSecretName } = makeDashboard(new Config());
        return Promise.resolve({ url, clientCertificateSecretName });
      } finally {
        vi.useRealTimers();
      }
    });
    await configure(stack, stage, { networkPolicy: false, rotation: "1" });
    await stack.up();
    await served(await findDashboard(stage));
  }, 600_000);
  afterAll(() => stage.remove());

  /** Runs an `up` with a new configuration, and says how long nobody could log in. */
  async function turn(what: string, choice: DashboardChoice): Promise<LogIn> {
    const before = await findDashboard(stage);
    const next: { logIn?: LogIn } = {};
    const watch = setInterval(() => {
      void findDashboard(stage).then((found) => {
        if (JSON.stringify(found.users) !== JSON.stringify(before.users)) next.logIn = found;
      });
    }, 1000);
    const sampling = sample(before, next);
    await pause(2000);
    // Without a policy, so that a neighbour can try certificates at the pod.
    await configure(stack, stage, { networkPolicy: false, ...choice });
    const started = Date.now();
    await stack.up();
    const seconds = (Date.now() - started) / 1000;
    await pause(10_000);
    clearInterval(watch);
    const samples = await sampling.stop();
    const gap = longestGap(samples);
    console.log(
      `${what}: ${gap.toFixed(1)} s without service in an up of ${seconds.toFixed(1)} s; other answers: ${others(samples)}`,
    );
    expect(samples.length).toBeGreaterThan(20);
    expect(gap).toBeLessThanOrEqual(LONGEST_GAP_SECONDS);
    return next.logIn ?? before;
  }

  test("of a changed `rotation` ends the old log-ins and the old client certificate, without a gap", async () => {
    const before = await findDashboard(stage);
    const after = await turn("rotation", { rotation: "2" });
    expect(after.users).not.toEqual(before.users);
    expect([await statusWith(before), await statusWith(after)]).toEqual([401, 200]);
    await apply([idlePod(stage.namespace, "neighbour")]);
    await expect.poll(() => isReady("neighbour"), { timeout: 60_000 }).toBe(true);
    const answer = (certificate: string): Promise<string> =>
      podAddress().then((address) =>
        greetFrom({ namespace: stage.namespace, pod: "neighbour" }, address, 8443, "/flower/", certificate),
      );
    const clientOf = ({ secrets }: Awaited<ReturnType<typeof findDashboard>>): string =>
      `${secrets.get("queues-client-tls/tls.key")!}\n${secrets.get("queues-client-tls/tls.crt")!}`;
    expect(await answer(clientOf(await findDashboard(stage)))).toMatch(/^HTTP\/1\.1 421 /);
    expect(await answer(clientOf(before))).toMatch(REFUSED);
  });

  test("of a changed broker Secret has no gap", async () => {
    await turn("broker URL", { rotation: "2", brokerUrl: "redis://redis:6379/1" });
  });

  test("of a changed source range has no gap", async () => {
    const { viewer, admin } = readTarget().ranges;
    const sourceRanges = JSON.stringify({ viewer: [...viewer, "192.0.2.0/24"], admin });
    await turn("source range", { rotation: "2", brokerUrl: "redis://redis:6379/1", sourceRanges });
  });

  test("of the next half-year renews the certificates, and has no gap", async () => {
    const before = (await findDashboard(stage)).secrets;
    now += HALF_A_YEAR_MS;
    await turn("certificates", { rotation: "2", brokerUrl: "redis://redis:6379/1" });
    const after = (await findDashboard(stage)).secrets;
    for (const where of ["server-tls", "client-tls", "public-tls"].map((part) => `queues-${part}/tls.crt`)) {
      expect([where, after.get(where)]).not.toEqual([where, before.get(where)]);
    }
    // The CA is kept for five years: both generations of certificates know each other.
    expect(after.get("queues-client-tls/ca.crt")).toBe(before.get("queues-client-tls/ca.crt"));
  });

  function statusWith({ host, users }: LogIn): Promise<number> {
    const user = users.find(({ role }) => role === "viewer")!;
    return statusOf({ address: readTarget().address, host, path: "/flower/api/workers", user });
  }

  async function isReady(name: string): Promise<boolean> {
    const pod = (await list(stage.namespace, "pods")).find(({ metadata }) => metadata.name === name);
    const { conditions = [] } = (pod?.status ?? {}) as { conditions?: { type: string; status: string }[] };
    return conditions.some(({ type, status }) => type === "Ready" && status === "True");
  }

  async function podAddress(): Promise<string> {
    const pods = await list(stage.namespace, "pods");
    const ours = pods.filter(
      ({ metadata }) => metadata.name.startsWith("queues-") && metadata.deletionTimestamp === undefined,
    );
    expect(ours).toHaveLength(1);
    return (ours[0]!.status as { podIP: string }).podIP;
  }
});
