import { afterAll, beforeAll, expect, test } from "vitest";
import { verify } from "../../verify";
import { applyDashboard, createStage, rollout, served, type Dashboard, type Stage } from "./stage";

/** What the rules allow: 63, less what the engine appends. */
const NAME = `queues${"-long".repeat(9)}-ly`;
let stage: Stage;
let dashboard: Dashboard;

beforeAll(async () => {
  stage = await createStage("longest");
  dashboard = await applyDashboard(stage, { name: NAME });
  await rollout(stage.namespace, NAME);
  await served(dashboard);
});
afterAll(() => stage.remove());

test("a dashboard with the longest legal name is verified live", async () => {
  expect(NAME).toHaveLength(54);
  const report = await verify(dashboard.target);
  expect(report.results.filter(({ verdict }) => verdict === "not live" || verdict === "unknown")).toEqual([]);
});
