import { spawn, type ChildProcess } from "node:child_process";
import { accessSync, chownSync, constants, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Sandbox } from "../../local/pod";
import { isRunning } from "./pod-runtime/processes";
import { nginx, start, until, workload } from "./pod-runtime/workload";

const HOLD = join(__dirname, "pod-runtime", "hold.ts");
const TSX = join(__dirname, "..", "..", "node_modules", "tsx", "dist", "cli.mjs");
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

interface Told {
  privilege: string;
  pids: number[];
  look: string;
}

let folder: string;
let child: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pod-runtime-"));
});

afterEach(() => {
  child?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a program that holds a pod; in this process's place, so that the signal of a test meets it and not a wrapper. */
async function hold(leftover: string, user: { uid?: number; gid?: number } = {}): Promise<Told> {
  const register = join(dirname(TSX), "loader.mjs");
  const env = { ...process.env, HOME: folder, TMPDIR: folder };
  child = spawn(process.execPath, ["--import", register, HOLD, leftover], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
    ...user,
  });
  const [line] = await new Promise<string[]>((resolve, reject) => {
    child?.stdout?.once("data", (data: Buffer) => resolve([data.toString()]));
    child?.once("exit", () => reject(new Error("The program that holds a pod has ended.")));
  });
  return JSON.parse(line!) as Told;
}

describe("the end of a sandbox", () => {
  test("ends its processes and removes what it was told to", async () => {
    const leftover = join(folder, "connection.json");
    const sandbox = await Sandbox.start([leftover]);
    const pod = await start(sandbox, workload([nginx()]));
    const pids = pod.pids("nginx");
    writeFileSync(leftover, "");
    expect(pids.filter(isRunning)).toHaveLength(2);
    await sandbox.stop();
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(leftover)).toBe(false);
  });

  test("ends a command that it runs, and refuses the next", async () => {
    const sandbox = await Sandbox.start();
    const sleeping = sandbox.run(["sleep", "60"]);
    const ended = expect(sleeping).rejects.toThrow("`sleep` failed");
    await sandbox.stop();
    await ended;
    await expect(sandbox.run(["true"])).rejects.toThrow();
  });
});

describe("a program that crashes", () => {
  test.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
    "by %s leaves no process, no file and no network",
    async (signal) => {
      const leftover = join(folder, "connection.json");
      writeFileSync(leftover, "");
      const { pids } = await hold(leftover);
      const networks = new Set(pids.map((pid) => statSync(`/proc/${pid}/ns/net`).ino));
      child?.kill(signal);
      await until("all has ended", () => !pids.some(isRunning) && !existsSync(leftover), 5);
      // Nobody who is still there is in that network, which is what keeps one alive.
      expect(networks.size).toBe(1);
    },
  );
});

function nobodyCanRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
  } catch {
    return false;
  }
  for (let above = path; above !== "/"; above = dirname(above)) {
    if ((statSync(above).mode & 0o005) === 0) return false;
  }
  return true;
}

// Needs root to become somebody else, and a checkout that this somebody can read.
test.skipIf(!isRoot || !nobodyCanRead(HOLD) || !nobodyCanRead(process.execPath))(
  "a normal user gets the same pod, by a user namespace",
  async () => {
    chownSync(folder, NOBODY, NOBODY);
    const { privilege, look } = await hold(join(folder, "none"), { uid: NOBODY, gid: NOBODY });
    expect(privilege).toBe("user");
    expect(look).toBe("1000\nwrote\nCapEff:\t0000000000000000\nread\n");
  },
);
