import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startDemo, type Demo, type DemoUser } from "../../local/demo";
import { launchChromium, type TlsServer } from "./chromium";
import { watchFaults } from "./faults";

/** Where each run leaves its pictures; `docs/screenshots` has the best of them. */
const SCREENSHOTS = join(__dirname, "..", "..", ".test", "screenshots");
const SIZE = { width: 1280, height: 760 };

/** Somebody at a browser, logged in at the dashboard of their role. */
export interface Visitor {
  user: DemoUser;
  context: BrowserContext;
  page: Page;
  /** Everything that has gone wrong on `page` so far. */
  faults: string[];
  /** The full URL of a path below the dashboard's prefix. */
  url(path: string): string;
}

/** What a browser tells of an answer. */
export interface Answer {
  status: number;
  text: string;
}

/** A demo that is up, and a browser. */
export class Stage {
  private constructor(
    readonly demo: Demo,
    readonly browser: Browser,
    private readonly directory: string,
  ) {}

  /**
   * Starts both.
   *
   * @param trusted - servers beside the demo's whose certificates the browser trusts
   */
  static async open(trusted: readonly TlsServer[] = []): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), "secure-flower-browser-"));
    mkdirSync(SCREENSHOTS, { recursive: true });
    const demo = await startDemo({ httpsPort: 0, httpPort: 0, connectionFile: join(directory, "connection.json") });
    try {
      return new Stage(demo, await launchChromium([...tlsServers(demo), ...trusted]), directory);
    } catch (error) {
      await demo.stop();
      throw error;
    }
  }

  /** Ends both. */
  async close(): Promise<void> {
    await this.browser.close();
    await this.demo.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The dashboard's URL for a role, with a slash at its end. */
  base(role: DemoUser["role"]): string {
    return role === "admin" ? this.demo.connection.adminUrl : this.demo.connection.url;
  }

  /** The first user of a role. */
  user(role: DemoUser["role"]): DemoUser {
    const found = this.demo.connection.users.find((user) => user.role === role);
    if (found === undefined) throw new Error(`The demo has no ${role}.`);
    return found;
  }

  /**
   * Opens a browser profile with the log-in of a role, which the browser sends to that role's origin only.
   *
   * @param bypassCSP - take the pages' Content-Security-Policy away, to see what holds without it
   */
  async enter(role: DemoUser["role"], { bypassCSP = false } = {}): Promise<Visitor> {
    const user = this.user(role);
    const base = this.base(role);
    const context = await this.browser.newContext({
      viewport: SIZE,
      bypassCSP,
      httpCredentials: { username: user.name, password: user.password, origin: new URL(base).origin },
    });
    const page = await context.newPage();
    const faults = await watchFaults(page);
    return { user, context, page, faults, url: (path) => `${base}${path}` };
  }

  /** What the Celery worker has written about a task. */
  workerLog(id: string): string {
    const lines = this.demo.worker?.log.text.split("\n") ?? [];
    return lines.filter((line) => line.includes(id)).join("\n");
  }
}

function tlsServers({ connection }: Demo): TlsServer[] {
  const { address, ports } = connection;
  const authority = readFileSync(connection.caFile);
  return [connection.url, connection.adminUrl].map((url) => ({
    address,
    port: ports.https,
    host: new URL(url).hostname,
    authority,
  }));
}

/** Takes a picture of what a visitor sees. */
export async function takePicture({ page }: Visitor, name: string): Promise<void> {
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), animations: "disabled" });
}

/** Sends a POST from within a page, as a script of that page would. */
export function post(page: Page, url: string, body = "", headers: Record<string, string> = {}): Promise<Answer> {
  const init = JSON.stringify({ method: "POST", body, headers, credentials: "include" });
  return page.evaluate<Answer>(
    `fetch(${JSON.stringify(url)}, ${init}).then(async (answer) => ({ status: answer.status, text: await answer.text() }))`,
  );
}

/** Has an admin's page send a task that runs for so many seconds; resolves with its id once a worker process runs it. */
export async function runLongTask(stage: Stage, { page, url }: Visitor, seconds: number): Promise<string> {
  const answer = await post(page, url("api/task/send-task/shop.count_stock"), JSON.stringify({ args: [seconds] }));
  if (answer.status !== 200) throw new Error(`send-task was answered ${answer.status}: ${answer.text}`);
  const id = (JSON.parse(answer.text) as { "task-id": string })["task-id"];
  // The list, since asking for a task that Flower has not heard of yet would be a fault of the page.
  const list = JSON.stringify(url("api/tasks?taskname=shop.count_stock"));
  const read = `fetch(${list}).then((answer) => answer.json()).then((tasks) => tasks["${id}"]?.state)`;
  for (let attempt = 0; attempt < 120; attempt += 1) {
    if ((await page.evaluate<string | undefined>(read)) === "STARTED") return id;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`No worker took the task ${id}. The worker's log ends with:\n${stage.demo.worker?.log.tail()}`);
}
