import { spawn, type ChildProcess } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SCRIPTS = join(__dirname, "..", "..", "..", "components", "scripts");

/** A folder that is gone after the tests. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "flower-scripts-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Copies the scripts to where Python may leave its bytecode, as flat as a ConfigMap's mount. */
export function layScripts(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(SCRIPTS).filter((entry) => entry.endsWith(".py"))) {
    copyFileSync(join(SCRIPTS, name), join(folder, name));
  }
  return folder;
}

/** Lays a file as a mounted Secret has it, and returns its path. */
export function laySecret(path: string, content: string): string {
  writeFileSync(path, content);
  return path;
}

/** Writes a Secret's files as the kubelet mounts them: each key is a link into `..data`, itself a link to a dated folder. */
export function layUsers(folder: string, users: Readonly<Record<string, string | Buffer>>): string {
  mkdirSync(join(folder, "..2026_11_24"), { recursive: true });
  symlinkSync("..2026_11_24", join(folder, "..data"));
  for (const [name, password] of Object.entries(users)) {
    writeFileSync(join(folder, "..data", name), password);
    symlinkSync(join("..data", name), join(folder, name));
  }
  return folder;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Waits until something holds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 20_000,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A program that runs, its output, and its end. */
export class Running {
  log = "";
  code: number | null | undefined;
  private readonly ended: Promise<void>;

  constructor(readonly child: ChildProcess) {
    child.stdout?.on("data", (data: Buffer) => (this.log += data.toString()));
    child.stderr?.on("data", (data: Buffer) => (this.log += data.toString()));
    this.ended = new Promise((resolve) => {
      child.on("close", (code) => {
        this.code = code;
        resolve();
      });
    });
  }

  /** Its number. */
  get pid(): number {
    return this.child.pid!;
  }

  /** Waits for its end. */
  async end(): Promise<number | null> {
    await this.ended;
    return this.code ?? null;
  }

  /** Ends it as the kubelet does, and returns the milliseconds that it took. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number> {
    const started = Date.now();
    if (this.code === undefined) this.child.kill(signal);
    await this.ended;
    return Date.now() - started;
  }
}

/** Starts a program with exactly this environment. */
export function start(words: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = "/"): Running {
  return new Running(spawn(words[0]!, words.slice(1), { env: { ...env }, cwd, stdio: ["ignore", "pipe", "pipe"] }));
}

/** A redis-server on a port of its own. */
export async function startRedis(port: number, words: readonly string[] = ["--port", String(port)]): Promise<Running> {
  const redis = start(["redis-server", "--bind", "127.0.0.1", "--save", "", ...words], {
    PATH: process.env.PATH ?? "",
  });
  await until("Redis", () => redis.log.includes("Ready to accept connections") || redis.code !== undefined);
  if (redis.code !== undefined) throw new Error(redis.log);
  return redis;
}
