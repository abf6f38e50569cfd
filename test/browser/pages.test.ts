import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAuthority } from "../unit/verify/certificates";
import { post, Stage, takePicture, type Visitor } from "./stage";

const WORKER = "worker%40shop";

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

/** A number that a page shows, without its thousands separators. */
async function numberIn(page: Page, selector: string): Promise<number> {
  return Number((await page.locator(selector).first().innerText()).replace(/\D/g, ""));
}

describe.each(["viewer", "admin"] as const)("a %s's pages in a real browser", (role) => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await stage.enter(role);
  });
  afterAll(() => visitor.context.close());

  test("the Workers page fills and refreshes by itself, without being loaded again", async () => {
    const { page, faults, url } = visitor;
    let loads = 0;
    page.on("load", () => (loads += 1));
    const response = await page.goto(url("workers"));
    expect(response?.status()).toBe(200);
    await expect.poll(() => page.locator("#workers-table tbody tr").innerText()).toMatch(/worker@shop\s+Online/);
    const processed = await numberIn(page, "#workers-table tbody td:nth-child(4)");
    const polls: string[] = [];
    // What the page's script asks for; a picture of the page itself may still come.
    page.on("response", (answer) => {
      const isAsked = ["fetch", "xhr"].includes(answer.request().resourceType());
      if (isAsked) polls.push(`${answer.status()} ${new URL(answer.url()).pathname}`);
    });
    await expect
      .poll(() => numberIn(page, "#workers-table tbody td:nth-child(4)"), { timeout: 20_000 })
      .toBeGreaterThan(processed);
    await expect.poll(() => polls.length, { timeout: 10_000 }).toBeGreaterThan(2);
    await expect.poll(() => page.locator("#workers-refresh-status").innerText()).toMatch(/^Updated /);
    expect(new Set(polls)).toEqual(new Set(["200 /flower/workers"]));
    expect(loads).toBe(1);
    await takePicture(visitor, `${role}-workers`);
    expect(faults).toEqual([]);
  });

  test("the Tasks page fills, and shows a new task when it is asked again, without being loaded again", async () => {
    const { page, faults, url } = visitor;
    await page.goto(url("tasks"));
    const rows = page.locator("#tasks-table tbody tr td.text-nowrap a");
    await expect.poll(() => rows.count()).toBeGreaterThan(0);
    const newest = await page.locator("#tasks-table tbody tr").first().getAttribute("id");
    // Flower 2.x polls on the Workers page only: here a person asks, by a filter.
    await expect
      .poll(
        async () => {
          await page.locator('.task-state-filter[data-task-state=""]').click();
          return page.locator("#tasks-table tbody tr").first().getAttribute("id");
        },
        { timeout: 20_000, interval: 500 },
      )
      .not.toBe(newest);
    await expect.poll(() => page.locator("#tasks-table .badge").allInnerTexts()).toContain("SUCCESS");
    await expect.poll(() => rows.count(), { timeout: 20_000 }).toBeGreaterThan(3);
    await takePicture(visitor, `${role}-tasks`);
    expect(faults).toEqual([]);
  });

  test("searching, sorting and paging on the Tasks page work", async () => {
    const { page, faults, url } = visitor;
    await page.goto(url("tasks?state=SUCCESS"));
    const states = page.locator("#tasks-table .badge");
    await expect.poll(() => states.count()).toBeGreaterThan(0);
    expect(new Set(await states.allInnerTexts())).toEqual(new Set(["SUCCESS"]));
    const answered = page.waitForResponse((response) => response.url().includes("/tasks/datatable"));
    await page.locator('.dataTables_scrollHead th[data-column="name"]').click();
    expect((await answered).status()).toBe(200);
    expect(faults).toEqual([]);
  });

  test("a task's page shows what it was called with", async () => {
    const { page, faults, url } = visitor;
    await page.goto(url("tasks?name=shop.send_receipt"));
    const link = page.locator("#tasks-table tbody td.text-nowrap a").first();
    await link.waitFor({ timeout: 20_000 });
    await link.click();
    await expect.poll(() => page.locator("#task-page .task-name-value").innerText()).toBe("shop.send_receipt");
    expect(await page.locator(".detail-code").first().innerText()).toMatch(/^\(\d{4},\)$/);
    await takePicture(visitor, `${role}-task`);
    expect(faults).toEqual([]);
  });

  test("the Broker page names the broker without its password, and its queue", async () => {
    const { page, faults, url } = visitor;
    await page.goto(url("broker"));
    await expect.poll(() => page.locator("#queue-table tbody").innerText()).toMatch(/^celery\b/m);
    expect(await page.locator(".broker-url").innerText()).toMatch(/^redis:\/\/:\*+@/);
    await takePicture(visitor, `${role}-broker`);
    expect(faults).toEqual([]);
  });

  test("a worker's page and each of its tabs work", async () => {
    const { page, faults, url } = visitor;
    await page.goto(url(`worker/${WORKER}`));
    expect(await page.locator("#workername").innerText()).toBe("worker@shop");
    for (const tab of ["broker", "queues", "tasks", "limits", "config", "system", "pool"]) {
      await page.locator(`#worker-tab-${tab}`).click();
      // Bootstrap fades it in: visible is more than displayed.
      await page.locator(`#tab-${tab}.active.show`).waitFor();
    }
    await takePicture(visitor, `${role}-worker`);
    expect(faults).toEqual([]);
  });

  test("the dark theme and the menus work", async () => {
    const { page, faults, url } = visitor;
    await page.goto(url(""));
    await page.locator("#theme-toggle").click();
    await page.locator('[data-bs-theme-value="dark"]').click();
    await expect.poll(() => page.locator("html").getAttribute("data-bs-theme")).toBe("dark");
    await takePicture(visitor, `${role}-dark`);
    expect(faults).toEqual([]);
  });
});

describe("what the tests above rely on", () => {
  test("the browser trusts no certificate but the demo's", async () => {
    const authority = await makeAuthority();
    const server = createServer(await authority.issue(["flower.localhost"]), (_request, response) =>
      response.end("hello"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    const { port } = server.address() as AddressInfo;
    await expect(page.goto(`https://flower.localhost:${port}/`)).rejects.toThrow("ERR_CERT_AUTHORITY_INVALID");
    await context.close();
    server.close();
  });

  test("a browser without a log-in sees none of the pages", async () => {
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    for (const role of ["viewer", "admin"] as const) {
      await expect(page.goto(`${stage.base(role)}workers`)).rejects.toThrow("ERR_INVALID_AUTH_CREDENTIALS");
    }
    await context.close();
  });

  test("a violation of the policy, an exception and a refused request would have been seen", async () => {
    const { context, page, faults, url } = await stage.enter("viewer");
    await page.goto(url("broker"));
    await page.evaluate(`document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }))`);
    await page.evaluate(`void setTimeout(() => { throw new Error("on purpose"); })`);
    expect((await post(page, url("api/task/revoke/none"))).status).toBe(403);
    await expect.poll(() => faults.join("\n")).toMatch(/exception: on purpose/);
    expect(faults.join("\n")).toMatch(/CSP violation: script-src-elem inline/);
    expect(faults.join("\n")).toMatch(/refused: POST .*\/api\/task\/revoke\/none 403/);
    await context.close();
  });
});
