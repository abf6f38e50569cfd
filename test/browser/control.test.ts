import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { post, runLongTask, Stage, takePicture, type Visitor } from "./stage";

/** Everything that Flower 2.2.0 shows to those who may control, by the page that has it. */
const WORKER_CONTROLS = [
  "#worker-group",
  "#worker-shutdown",
  "#worker-pool-restart",
  "#worker-refresh",
  "#worker-refresh-all",
  "#worker-pool-grow",
  "#worker-pool-shrink",
  "#worker-pool-autoscale",
  "[id^=worker-cancel-consumer-]",
  "#worker-add-consumer",
  "[id^=task-rate-limit-]",
  "[id^=task-timeout-soft-]",
  "[id^=task-timeout-hard-]",
];
const TASK_CONTROLS = ["#task-terminate"];

let stage: Stage;
let admin: Visitor;
let viewer: Visitor;
beforeAll(async () => {
  stage = await Stage.open();
  admin = await stage.enter("admin");
  viewer = await stage.enter("viewer");
  await admin.page.goto(admin.url("workers"));
  await viewer.page.goto(viewer.url("workers"));
});
afterAll(() => stage.close());

/** How many elements a page has for each selector. */
async function countControls({ page }: Visitor, selectors: readonly string[]): Promise<Record<string, number>> {
  const counted = selectors.map(async (selector) => [selector, await page.locator(selector).count()] as const);
  return Object.fromEntries(await Promise.all(counted));
}

describe("an admin at a real browser", () => {
  test("terminates a running task with the button on its page, and the worker's log shows it", async () => {
    const { page, faults, url } = admin;
    const id = await runLongTask(stage, admin, 120);
    await page.goto(url(`task/${id}`));
    await takePicture(admin, "admin-task-running");
    await page.locator("#task-terminate").click();
    await page.locator(".toast-body", { hasText: `Revoked '${id}'` }).waitFor();
    await takePicture(admin, "admin-task-terminated");
    await expect.poll(() => stage.workerLog(id), { timeout: 20_000 }).toContain(`Terminating ${id}`);
    // The page loads itself again after five seconds.
    await expect.poll(() => page.locator("#task-page").innerText(), { timeout: 20_000 }).toMatch(/Status\s+REVOKED/);
    expect(faults).toEqual([]);
  });

  test("grows a worker's pool with the button on its page, and the worker then has one process more", async () => {
    const { page, faults, url } = admin;
    await page.goto(url("worker/worker%40shop"));
    const processes = `fetch(${JSON.stringify(url("api/workers?refresh=1"))}).then((answer) => answer.json()).then((workers) => workers["worker@shop"].stats.pool.processes.length)`;
    const before = await page.evaluate<number>(processes);
    await page.locator("#worker-pool-grow").click();
    await page.locator(".toast-body", { hasText: "Growing 'worker@shop' worker's pool by 1" }).waitFor();
    await expect.poll(() => page.evaluate<number>(processes), { timeout: 20_000 }).toBe(before + 1);
    expect(faults).toEqual([]);
  });

  test("a new task that is sent from a page appears in the viewer's table too", async () => {
    const { page } = viewer;
    await page.goto(viewer.url("tasks?name=shop.count_stock"));
    const id = await runLongTask(stage, admin, 1);
    await page.locator('.task-state-filter[data-task-state=""]').click();
    await expect.poll(() => page.locator(`[id="${id}"]`).innerText()).toContain("shop.count_stock");
    expect(viewer.faults).toEqual([]);
  });
});

describe("a viewer at a real browser", () => {
  test("has none of the buttons that an admin has on a worker's page", async () => {
    for (const visitor of [admin, viewer]) await visitor.page.goto(visitor.url("worker/worker%40shop"));
    const shown = await countControls(admin, WORKER_CONTROLS);
    expect(Object.entries(shown).filter(([, count]) => count === 0)).toEqual([]);
    expect(await countControls(viewer, WORKER_CONTROLS)).toEqual(
      Object.fromEntries(WORKER_CONTROLS.map((name) => [name, 0])),
    );
  });

  test("has no button on a running task's page, is refused when a script of the page asks, and the task runs on", async () => {
    const id = await runLongTask(stage, admin, 6);
    for (const visitor of [admin, viewer]) await visitor.page.goto(visitor.url(`task/${id}`));
    expect(await countControls(admin, TASK_CONTROLS)).toEqual({ "#task-terminate": 1 });
    expect(await countControls(viewer, TASK_CONTROLS)).toEqual({ "#task-terminate": 0 });
    await takePicture(viewer, "viewer-task-running");
    const answer = await post(viewer.page, viewer.url(`api/task/revoke/${id}?terminate=true`));
    expect(answer).toEqual({ status: 403, text: expect.stringContaining("read-only") });
    await expect.poll(() => stage.workerLog(id), { timeout: 20_000 }).toContain(`${id}] succeeded`);
    expect(stage.workerLog(id)).not.toContain("Terminating");
  });
});
