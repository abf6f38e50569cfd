/*
 * Runs inside the sandbox, one process for each cold start: loads the Workers page in Chromium with an empty cache and then again with what it
 * has kept, first as fast as this machine goes, then over a line like a home's. Reads its task from standard input, writes JSON.
 */
import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { launchChromium, type TlsServer } from "../browser/chromium";

/** What is to be loaded. */
export interface PageLoadTask {
  base: string;
  user: { name: string; password: string };
  /** Where to find the host, unless it is an address. */
  server: TlsServer | undefined;
}

/** What one load took. */
export interface PageLoadFigures {
  bytes: number;
  requests: number;
  /** Until the page's load event. */
  loadMilliseconds: number;
  /** Until the table of workers is filled. */
  filledMilliseconds: number;
}

/** Both loads on one kind of line. */
export interface ColdAndWarm {
  cold: PageLoadFigures;
  warm: PageLoadFigures;
}

/** What this program writes. */
export interface PageLoadOutput {
  local: ColdAndWarm;
  line: ColdAndWarm;
}

/** A home's line: 10 Mbit/s, and 40 ms to and fro. */
const LINE = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };

/** Not Playwright's `waitForFunction`: the page's policy forbids what that needs. */
const FILLED = `new Promise((resolve) => {
  const look = () => document.querySelector("#workers-table tbody .badge") ? resolve(performance.now()) : requestAnimationFrame(look);
  look();
})`;

async function main(): Promise<PageLoadOutput> {
  const task = JSON.parse(readFileSync(0, "utf8")) as PageLoadTask;
  const { server } = task;
  const flags = server === undefined ? [] : [`--host-resolver-rules=MAP ${server.host} ${server.address}`];
  const browser = await launchChromium(server === undefined ? [] : [server], flags);
  try {
    return { local: await coldAndWarm(browser, task, false), line: await coldAndWarm(browser, task, true) };
  } finally {
    await browser.close();
  }
}

async function coldAndWarm(browser: Browser, { base, user }: PageLoadTask, slow: boolean): Promise<ColdAndWarm> {
  const context = await browser.newContext();
  const page = await context.newPage();
  // Logs in beforehand, with an answer that puts no file of the page into the cache. Not by Playwright's credentials: they switch the cache off.
  const logIn = Object.assign(new URL(`${base}workers?json=1`), { username: user.name, password: user.password });
  await page.goto(logIn.href);
  const cold = await load(page, `${base}workers`, slow);
  // As somebody comes back to it from another page of the dashboard.
  await page.goto(`${base}broker`);
  const warm = await load(page, `${base}workers`, slow);
  await context.close();
  return { cold, warm };
}

async function load(page: Page, url: string, slow: boolean): Promise<PageLoadFigures> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  if (slow) await session.send("Network.emulateNetworkConditions", LINE);
  let bytes = 0;
  let requests = 0;
  session.on("Network.loadingFinished", (event) => {
    bytes += event.encodedDataLength;
    requests += event.encodedDataLength > 0 ? 1 : 0;
  });
  await page.goto(url);
  const filledMilliseconds = await page.evaluate<number>(FILLED);
  const loadMilliseconds = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].loadEventEnd");
  const figures = { bytes, requests, loadMilliseconds, filledMilliseconds };
  await session.detach();
  return figures;
}

main().then(
  (output) => process.stdout.write(JSON.stringify(output)),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
