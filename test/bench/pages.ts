import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { once } from "node:events";
import type { Demo } from "../../local/demo";
import { ADDRESSES, collect } from "../../local/pod";
import type { PageLoadOutput, PageLoadTask } from "./pageLoad";
import { viewer, type Road } from "./roads";

const REPOSITORY = join(__dirname, "..", "..");

/** Loads the Workers page in a fresh Chromium that runs in the road's network. */
export async function loadPages(demo: Demo, road: Road): Promise<PageLoadOutput> {
  const { connection } = demo;
  const { name, password } = viewer(demo);
  const server = {
    address: ADDRESSES.node,
    port: connection.ports.https,
    host: new URL(connection.url).hostname,
    authority: readFileSync(connection.caFile, "utf8"),
  };
  const task: PageLoadTask = {
    base: road.base,
    user: { name, password },
    server: road.name === "direct" ? undefined : server,
  };
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  const child = demo.sandbox.exec([process.execPath, "--import", tsx, join(__dirname, "pageLoad.ts")], {
    network: road.network,
    cwd: REPOSITORY,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  child.stdin?.end(JSON.stringify(task));
  const [output, errors] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`The page was not loaded (${road.name}):\n${errors}`);
  return JSON.parse(output) as PageLoadOutput;
}
