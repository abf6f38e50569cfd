import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { startDemo, type Connection, type Demo, type DemoUser } from "../../local/demo";
import { descendants } from "../../local/pod/processes";
import { isRunning } from "./pod-runtime/processes";
import { until } from "./pod-runtime/workload";

const REPOSITORY = join(__dirname, "..", "..");
// Not the repository's own, which is that of a demo that somebody may have up.
const FOLDER = mkdtempSync(join(tmpdir(), "pod-runtime-demo-"));
const CONNECTION = join(FOLDER, "connection.json");

interface Command {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

const commands: Command[] = [];

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

afterEach(async () => {
  for (const { child, ended } of commands.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});

/** `npm run demo -- WORDS`, from another folder than the repository's. */
function demo(...words: string[]): Command {
  const argv = [join(REPOSITORY, "local", "run.mjs"), "local/demo/main.ts", ...words];
  const child = spawn(process.execPath, argv, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  commands.push({ child, output: () => output, ended });
  return { child, output: () => output, ended };
}

const FREE_PORTS = ["--https-port", "0", "--http-port", "0", "--connection", CONNECTION];

describe("npm run demo", () => {
  test("stays until Ctrl-C, tells how to get in, keeps a second one out, and leaves nothing behind", async () => {
    const { child, output, ended } = demo(...FREE_PORTS);
    await until("it is up", () => output().includes("Stop with Ctrl-C"), 120);
    const { mode } = statSync(CONNECTION);
    const { users, url, adminUrl } = JSON.parse(readFileSync(CONNECTION, "utf8")) as Connection;
    expect((mode & 0o777).toString(8)).toBe("600");
    for (const word of [url, adminUrl, ...users.map((user) => user.password)]) expect(output()).toContain(word);
    const second = demo(...FREE_PORTS);
    expect(await second.ended).toBe(2);
    expect(second.output()).toContain(`A demo is up already, as process ${child.pid}`);
    const inside = descendants(child.pid!);
    expect(inside.length).toBeGreaterThan(20);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect(inside.filter(isRunning)).toEqual([]);
    expect(existsSync(CONNECTION)).toBe(false);
  });

  test("verifies, says so, and ends with the verifier's exit code when it is to run once", async () => {
    const { output, ended } = demo("--once", ...FREE_PORTS);
    expect(await ended).toBe(0);
    expect(output()).toMatch(/Every control that was tried is live: \d+ live, 0 not live, 0 unknown, 0 skipped/);
    expect(output()).not.toContain("Stop with Ctrl-C");
  });

  test.each([500, 1500, 2500])(
    "gives up at once and leaves nothing when interrupted after %i ms",
    async (milliseconds) => {
      const { child, ended } = demo(...FREE_PORTS);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      const inside = descendants(child.pid!);
      child.kill("SIGTERM");
      // Before its first line of TypeScript, the signal itself ends it.
      expect([130, null]).toContain(await ended);
      await until("all has ended", () => !inside.some(isRunning), 3);
      expect(existsSync(CONNECTION)).toBe(false);
    },
  );

  test("says in one sentence which port is taken and how to choose another", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { output, ended } = demo("--https-port", String(port), "--connection", CONNECTION);
    expect(await ended).toBe(2);
    expect(output().trim()).toBe(
      `Port ${port} is taken by another program: choose another one with \`npm run demo -- --https-port PORT\`.`,
    );
    server.close();
  });
});

/** The status of the dashboard's front page for a log-in. */
async function status({ connection }: Demo, { name, password }: DemoUser): Promise<number> {
  const { url, caFile, address, ports } = connection;
  const { host, hostname, pathname } = new URL(url);
  const options = {
    host: address,
    port: ports.https,
    path: pathname,
    servername: hostname,
    headers: { Host: host },
    auth: `${name}:${password}`,
    ca: readFileSync(caFile),
    agent: false,
  };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("a demo can be rolled to other objects, which then are what its connection tells", async () => {
  const connectionFile = join(FOLDER, "rolled", "connection.json");
  const running = await startDemo({ httpsPort: 0, httpPort: 0, worker: false, connectionFile });
  try {
    const before = running.connection.users.find((user) => user.role === "viewer")!;
    expect(await status(running, before)).toBe(200);
    const objects = structuredClone(running.objects);
    const users = objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name.endsWith("-viewer"));
    (users!.stringData as Record<string, string>)[before.name] = "another-password-1";
    await running.roll(objects, { gracefully: false });
    expect(await status(running, before)).toBe(401);
    expect(await status(running, { ...before, password: "another-password-1" })).toBe(200);
    expect(readFileSync(connectionFile, "utf8")).toContain("another-password-1");
  } finally {
    await running.stop();
  }
});
