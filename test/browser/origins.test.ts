import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ForeignSite } from "./foreignSite";
import { runLongTask, Stage, type Visitor } from "./stage";

interface LogLine {
  user: string;
  method: string;
  path: string;
  status: number;
  upstream: string;
}

/** Names of the foreign site; the second is of the same site as the admin's dashboard, as browsers count sites. */
const ELSEWHERE = "elsewhere.localhost";
const NEIGHBOUR = "other.flower-admin.localhost";

let stage: Stage;
let foreign: ForeignSite;
beforeAll(async () => {
  foreign = await ForeignSite.open([ELSEWHERE, NEIGHBOUR], "<h1>Win a bicycle</h1>");
  stage = await Stage.open([foreign.tls]);
});
afterAll(async () => {
  await stage.close();
  await foreign.close();
});

/** What the pod's nginx has logged for a method and path. */
function requestsFor(method: string, path: string): LogLine[] {
  const lines = stage.demo.pod.logs("nginx").split("\n");
  const entries = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogLine);
  return entries.filter((entry) => entry.method === method && entry.path === path);
}

/** Tries to send a POST from a page, as cross-site code can: without a preflight, and without seeing the answer. */
function postBlindly(page: Page, url: string): Promise<string> {
  return page.evaluate<string>(
    `fetch(${JSON.stringify(url)}, { method: "POST", mode: "no-cors", credentials: "include" }).then((answer) => answer.type, () => "failed")`,
  );
}

/** Tries to read from a page. */
function read(page: Page, url: string): Promise<string> {
  return page.evaluate<string>(
    `fetch(${JSON.stringify(url)}, { credentials: "include" }).then((answer) => answer.text(), (error) => "refused: " + error.name)`,
  );
}

/** Sends a form from a page to a URL and returns the status that the browser is answered, if it asks at all. */
async function submitForm(page: Page, url: string): Promise<number | undefined> {
  const answered = page.waitForResponse((response) => response.url() === url, { timeout: 3000 }).catch(() => undefined);
  await page.evaluate(
    `void setTimeout(() => document.body.appendChild(Object.assign(document.createElement("form"), { method: "POST", action: ${JSON.stringify(url)} })).submit())`,
  );
  return (await answered)?.status();
}

/** The words of a page that is put into a frame of another; undefined when the browser shows nothing of it. */
async function frame(page: Page, url: string): Promise<string | undefined> {
  await page.evaluate(
    `document.body.appendChild(Object.assign(document.createElement("iframe"), { src: ${JSON.stringify(url)} }))`,
  );
  await expect.poll(() => page.frames().length).toBe(2);
  const child = page.frames()[1]!;
  await expect.poll(() => child.url()).not.toMatch(/^$|about:/);
  return child.url().startsWith("chrome-error:") ? undefined : child.locator("body").innerText();
}

/** A running task that somebody wants to stop, and what tells whether they did. */
interface Prey {
  url: string;
  path: string;
  isAlive(): boolean;
}

async function makePrey(admin: Visitor): Promise<Prey> {
  const id = await runLongTask(stage, admin, 20);
  const url = admin.url(`api/task/revoke/${id}`);
  return {
    url: `${url}?terminate=true`,
    path: new URL(url).pathname,
    isAlive: () => !stage.workerLog(id).includes("Terminating"),
  };
}

/** Ends a task as its owner does, so that the worker is free for the next one; also shows that it could have been ended. */
async function endPrey(admin: Visitor, prey: Prey): Promise<void> {
  expect(prey.isAlive()).toBe(true);
  expect(await postBlindly(admin.page, prey.url)).toBe("basic");
  await expect.poll(() => prey.isAlive(), { timeout: 20_000 }).toBe(false);
}

describe.each([
  { policy: "with the pages' Content-Security-Policy", bypassCSP: false },
  { policy: "without it, on nginx and Flower alone", bypassCSP: true },
])("a viewer's page in an admin's browser, $policy", ({ bypassCSP }) => {
  let admin: Visitor;
  let viewerPage: Page;
  beforeAll(async () => {
    admin = await stage.enter("admin", { bypassCSP });
    await admin.page.goto(admin.url("workers"));
    viewerPage = await admin.context.newPage();
    const { name, password } = stage.user("viewer");
    const address = Object.assign(new URL(`${stage.base("viewer")}broker`), { username: name, password });
    expect((await viewerPage.goto(address.href))?.status()).toBe(200);
  });
  beforeEach(async () => {
    await viewerPage.goto(`${stage.base("viewer")}broker`);
  });
  afterAll(() => admin.context.close());

  test("cannot act at the admin's dashboard by a script", async () => {
    const prey = await makePrey(admin);
    expect(await postBlindly(viewerPage, prey.url)).toBe("failed");
    // Without the policy the request is sent; nginx refuses it.
    const refused = expect.objectContaining({ status: 403, upstream: "" });
    await expect.poll(() => requestsFor("POST", prey.path)).toEqual(bypassCSP ? [refused] : []);
    await endPrey(admin, prey);
  });

  test("cannot act at the admin's dashboard by a form", async () => {
    const prey = await makePrey(admin);
    expect(await submitForm(viewerPage, prey.url)).toBe(bypassCSP ? 403 : undefined);
    await endPrey(admin, prey);
  });

  test("cannot read the admin's dashboard, by a script or a frame", async () => {
    expect(await read(viewerPage, admin.url("api/workers"))).toBe("refused: TypeError");
    expect(await frame(viewerPage, admin.url("workers"))).toBeUndefined();
  });
});

describe.each([
  // Chromium keeps log-ins apart by the site of the window, so a script of another site sends none; one of the same site does.
  { site: "of another site", host: ELSEWHERE, sendsLogIn: false },
  { site: "of a neighbouring name of the same site", host: NEIGHBOUR, sendsLogIn: true },
])("a foreign page $site, in an admin's browser", ({ host, sendsLogIn }) => {
  let admin: Visitor;
  let page: Page;
  const refused = (user: string): unknown => expect.objectContaining({ user, status: 403, upstream: "" });
  beforeAll(async () => {
    admin = await stage.enter("admin");
    await admin.page.goto(admin.url("workers"));
    page = await admin.context.newPage();
  });
  beforeEach(async () => {
    await page.goto(foreign.url(host));
  });
  afterAll(() => admin.context.close());

  test(`cannot act by a script: nginx refuses the request, ${sendsLogIn ? "with" : "without"} the admin's log-in`, async () => {
    const prey = await makePrey(admin);
    expect(await postBlindly(page, prey.url)).toBe("failed");
    const user = sendsLogIn ? stage.user("admin").name : "";
    await expect.poll(() => requestsFor("POST", prey.path)).toEqual([refused(user)]);
    await endPrey(admin, prey);
  });

  test("cannot act by a form: nginx refuses the request, with the admin's log-in", async () => {
    const prey = await makePrey(admin);
    expect(await submitForm(page, prey.url)).toBe(403);
    await expect.poll(() => requestsFor("POST", prey.path)).toEqual([refused(stage.user("admin").name)]);
    await endPrey(admin, prey);
  });

  test("cannot read, by a script, a script element or an image", async () => {
    expect(await read(page, admin.url("api/workers"))).toBe("refused: TypeError");
    for (const element of ["script", "img"]) {
      const url = JSON.stringify(admin.url(element === "img" ? "static/favicon.ico" : "static/js/flower.js"));
      const loaded = await page.evaluate<string>(
        `new Promise((resolve) => { const element = document.createElement("${element}"); element.onload = () => resolve("loaded"); element.onerror = () => resolve("refused"); element.src = ${url}; document.body.append(element); })`,
      );
      expect(`${element} ${loaded}`).toBe(`${element} refused`);
    }
  });

  test.each(["viewer", "admin"] as const)("cannot put the %s's dashboard into a frame", async (role) => {
    expect(await frame(page, `${stage.base(role)}workers`)).toBeUndefined();
  });

  test("can put a page that allows it into a frame: the test above would have seen it", async () => {
    expect(await frame(page, foreign.url(host))).toContain("Win a bicycle");
  });

  test("cannot hold on to a window that it opens: the dashboard cuts the tie", async () => {
    const opened = page.context().waitForEvent("page");
    await page.evaluate(`void (window.victim = window.open(${JSON.stringify(admin.url("workers"))}))`);
    const victim = await opened;
    await victim.waitForLoadState();
    expect(await victim.evaluate("window.opener === null")).toBe(true);
    await expect.poll(() => page.evaluate("window.victim.closed")).toBe(true);
    await victim.close();
  });
});
