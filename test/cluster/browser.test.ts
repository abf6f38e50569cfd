import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../browser/chromium";
import { watchFaults } from "../browser/faults";
import { applyDashboard, createStage, rollout, served, type Dashboard, type Stage } from "./stage";
import { readTarget } from "./target";

describe("the real UI in Chromium, through Traefik", () => {
  let stage: Stage;
  let dashboard: Dashboard;
  let browser: Browser;

  beforeAll(async () => {
    stage = await createStage("browser");
    dashboard = await applyDashboard(stage);
    await rollout(stage.namespace, "queues");
    await served(dashboard);
    const { address } = readTarget();
    const authority = readFileSync(dashboard.target.caFile!);
    browser = await launchChromium(
      [{ address, port: 443, host: dashboard.host, authority }],
      [`--host-resolver-rules=MAP *.test ${address}`],
    );
  });
  afterAll(async () => {
    await browser.close();
    await stage.remove();
  });

  test.each(["viewer", "admin"] as const)("a %s's pages show without a fault", async (role) => {
    const { name, password } = dashboard.users.find((user) => user.role === role)!;
    const context = await browser.newContext({ httpCredentials: { username: name, password } });
    const page = await context.newPage();
    const faults = await watchFaults(page);
    const base = role === "admin" ? dashboard.target.adminUrl! : dashboard.target.url;
    for (const path of ["workers", "tasks", "broker"]) {
      const response = await page.goto(new URL(path, base).href);
      expect(response?.status()).toBe(200);
      await page.locator("table").first().waitFor();
    }
    expect(faults).toEqual([]);
    await context.close();
  });
});
