import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./kubectl";
import { statusOf } from "./requests";
import { applyDashboard, createStage, rollout, served, type Dashboard, type Stage } from "./stage";
import { readTarget } from "./target";

const { address } = readTarget();
/** Seconds without service that a rotation may cost. */
const LONGEST_GAP_SECONDS = 2;

/** One request, and what came back. */
interface Sample {
  readonly at: number;
  readonly old: number;
  readonly new: number;
}

describe("rotation", () => {
  let stage: Stage;
  let before: Dashboard;

  beforeAll(async () => {
    stage = await createStage("rotation");
    before = await applyDashboard(stage, { rotation: "1" });
    await rollout(stage.namespace, "queues");
    await served(before);
  });
  afterAll(() => stage.remove());

  test("gives new passwords, ends the old ones, and serves all the while", async () => {
    const next: { dashboard?: Dashboard } = {};
    const sampling = sample(before, next);
    await pause(1000);
    const started = Date.now();
    next.dashboard = await applyDashboard(stage, { rotation: "2" });
    await rollout(stage.namespace, "queues");
    await pause(8000);
    const samples = await sampling.stop();
    const gap = longestGap(samples);
    const served = samples.find((one) => one.at > started && one.new === 200);
    const refused = samples.filter((one) => one.old === 200).at(-1);
    console.log(
      `rotation: ${gap.toFixed(1)} s without service; new log-ins after ${seconds(served, started)}, old ones until ${seconds(refused, started)}; other answers: ${others(samples)}`,
    );
    expect(samples.at(-1)).toMatchObject({ old: 401, new: 200 });
    expect(gap).toBeLessThanOrEqual(LONGEST_GAP_SECONDS);
  });

  test("of the configuration alone rolls the pod, and every request is answered", async () => {
    const current = await applyDashboard(stage, { rotation: "3" });
    await rollout(stage.namespace, "queues");
    await pause(7000);
    const sampling = sample(current, {});
    const changed = current.objects.filter(({ kind }) => kind === "Deployment" || kind === "ConfigMap");
    const text = JSON.stringify(changed).replaceAll(
      /"secure-flower\/configuration":"[^"]*"/g,
      '"secure-flower/configuration":"changed"',
    );
    await apply(JSON.parse(text) as object[]);
    await rollout(stage.namespace, "queues");
    await pause(8000);
    const samples = await sampling.stop();
    const gap = longestGap(samples);
    console.log(`roll-out alone: ${gap.toFixed(1)} s without service; other answers: ${others(samples)}`);
    expect(samples.filter((one) => one.old !== 200)).toEqual([]);
  });
});

/**
 * Asks ten times a second with the old and, once there is one, the new log-in; with the old one until it is refused three times, since
 * guessing is slowed.
 */
function sample(old: Dashboard, next: { readonly dashboard?: Dashboard }): { stop(): Promise<Sample[]> } {
  const samples: Sample[] = [];
  const end = new AbortController();
  const loop = (async () => {
    while (!end.signal.aborted) {
      const at = Date.now();
      const isRefused = samples.filter((one) => one.old === 401).length >= 3;
      const [before, after] = await Promise.all([isRefused ? 401 : ask(old), ask(next.dashboard)]);
      samples.push({ at, old: before, new: after });
      await pause(Math.max(0, 100 - (Date.now() - at)));
    }
  })();
  return {
    stop: async () => {
      end.abort();
      await loop;
      return samples;
    },
  };
}

function ask(dashboard: Dashboard | undefined): Promise<number> {
  const user = dashboard?.users.find(({ role }) => role === "viewer");
  if (dashboard === undefined || user === undefined) return Promise.resolve(-1);
  return statusOf({ address, host: dashboard.host, path: "/flower/api/workers", user });
}

/** The longest time during which nobody could log in, with an old or a new password. */
function longestGap(samples: readonly Sample[]): number {
  let longest = 0;
  let last = samples[0]?.at ?? 0;
  for (const one of samples) {
    if (one.old === 200 || one.new === 200) {
      longest = Math.max(longest, one.at - last);
      last = one.at;
    }
  }
  return Math.max(longest, (samples.at(-1)?.at ?? last) - last) / 1000;
}

function others(samples: readonly Sample[]): string {
  const counts = new Map<number, number>();
  for (const status of samples.map((one) => (one.new === 200 ? 200 : Math.max(one.old, one.new)))) {
    if (status !== 200) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(", ") || "none";
}

function seconds(one: Sample | undefined, started: number): string {
  return one === undefined ? "never" : `${((one.at - started) / 1000).toFixed(1)} s`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
