import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "./kubectl";
import { longestGap, others, pause, sample, seconds, type LogIn } from "./sampling";
import { applyDashboard, createStage, rollout, served, type Dashboard, type Stage } from "./stage";

/**
 * Seconds without service that a rotation may cost where objects are applied under the names that they had, as GitOps does: the controller
 * is told of the new CA at once, and the pod that knows it has yet to start. By `pulumi up` there is no gap: engine/rotation.test.ts.
 */
const LONGEST_GAP_SECONDS = 20;

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

  test("of the configuration alone rolls the pod, and every request is answered", async () => {
    const sampling = sample(before, {});
    const changed = before.objects.filter(({ kind }) => kind === "Deployment" || kind === "ConfigMap");
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

  test("gives new passwords, ends the old ones, and serves again within seconds", async () => {
    const next: { logIn?: LogIn } = {};
    const sampling = sample(before, next);
    await pause(1000);
    const started = Date.now();
    next.logIn = await applyDashboard(stage, { rotation: "2" });
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
});
