import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatTable, verify, type Report } from "../../verify";
import { apply, list } from "./kubectl";
import { applyDashboard, createStage, podOf, rollout, served, type Dashboard, type Stage } from "./stage";

describe("a dashboard on a real Kubernetes, behind Traefik", () => {
  let stage: Stage;
  let dashboard: Dashboard;
  let readyAfterMs: number;

  beforeAll(async () => {
    stage = await createStage("live");
    const started = Date.now();
    dashboard = await applyDashboard(stage);
    await rollout(stage.namespace, "queues");
    await served(dashboard);
    readyAfterMs = Date.now() - started;
  });
  afterAll(() => stage.remove());

  test("is admitted by a namespace that enforces `restricted`, without a warning", async () => {
    expect(dashboard.warnings).toEqual([]);
    // The namespace does enforce it: the same pod with one wish less is refused.
    const careless = { apiVersion: "v1", kind: "Pod", metadata: { name: "careless", namespace: stage.namespace } };
    const containers = [{ name: "careless", image: "cluster.invalid/none:1" }];
    await expect(apply([{ ...careless, spec: { containers } }])).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  test("is ready within two minutes, and no container has been restarted", async () => {
    console.log(`Ready ${(readyAfterMs / 1000).toFixed(1)} s after it was applied.`);
    expect(readyAfterMs).toBeLessThan(120_000);
    const [pod] = (await list(stage.namespace, "pods")).filter(({ metadata }) => metadata.name.startsWith("queues"));
    const { containerStatuses } = pod!.status as { containerStatuses: { restartCount: number; ready: boolean }[] };
    expect(containerStatuses.map(({ restartCount, ready }) => ({ restartCount, ready }))).toEqual(
      containerStatuses.map(() => ({ restartCount: 0, ready: true })),
    );
  });

  test("is verified live from outside, on both origins", async () => {
    const report: Report = await verify(dashboard.target);
    console.log(formatTable(report));
    expect(report.results.filter(({ verdict }) => verdict === "not live" || verdict === "unknown")).toEqual([]);
    expect(report.verdict).toBe("live");
  });

  test("closes every port of its pod to a machine that is no peer of its policy", async () => {
    const { address } = await podOf(stage);
    const report = await verify({ ...dashboard.target, direct: address });
    const loopback = report.results.find(({ id }) => id === "loopback");
    expect(loopback?.verdict).toBe("live");
  });
});
