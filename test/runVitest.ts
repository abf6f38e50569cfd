import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { descendants } from "../local/pod/processes";

/** What Vitest's JSON reporter writes, as far as it is read here. */
interface Summary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

/** A run of Vitest. */
export interface VitestRun {
  /** Name of the run's report under `.test/`. */
  readonly report: string;
  /** What follows `vitest run`. */
  readonly words: readonly string[];
  /** Words before the command, such as those that enter another network. Defaults to none. */
  readonly enter?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds without a line after which the run is taken for stalled: a test that blocks its process has no time limit of its own. */
  readonly silentSeconds: number;
  /** What is done after the tests, however they end, and before the line that counts. */
  readonly release?: () => Promise<void>;
}

/** Exit codes: 1 for tests that failed, and another for a run that came to no end, which says nothing of the tests. */
const FAILED = 1;
const STALLED = 3;
/** How long what was printed last may be on its way. */
const DRAIN_MS = 5000;
const REPOSITORY = join(__dirname, "..");

/** Runs Vitest, ends with the line `N passed, N failed, N skipped`, and returns the exit code. */
export async function runVitest(run: VitestRun): Promise<number> {
  const report = join(REPOSITORY, ".test", `${run.report}.json`);
  rmSync(report, { force: true });
  mkdirSync(dirname(report), { recursive: true });
  const { status, stalled } = await watch(run, report);
  await run.release?.();
  if (stalled || !existsSync(report)) {
    const why = stalled
      ? `Stopped: nothing was printed for ${run.silentSeconds} s.`
      : "Vitest ended without a report: see above.";
    process.stdout.write(`${why}\n0 passed, 1 failed, 0 skipped\n`);
    return stalled ? STALLED : FAILED;
  }
  const { passed, failed, skipped } = count(report);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return status === 0 && failed === 0 && passed > 0 ? 0 : FAILED;
}

/** Passes on what Vitest prints; ends it, and everything that it has started, when it falls silent. */
function watch(
  { words, enter = [], env, silentSeconds }: VitestRun,
  report: string,
): Promise<{ status: number; stalled: boolean }> {
  const vitest = join(REPOSITORY, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const argv = [...enter, process.execPath, vitest, "run", ...reporters, ...words];
  const child = spawn(argv[0] ?? "", argv.slice(1), {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: "1" }), ...env },
    // Its own group, to be ended as a whole.
    detached: true,
  });
  let stalled = false;
  const stop = (): void => {
    stalled = true;
    showProcesses();
    endGroup(child.pid);
  };
  const timer = setTimeout(stop, silentSeconds * 1000);
  const pass = (target: NodeJS.WriteStream) => (chunk: Buffer) => {
    timer.refresh();
    target.write(chunk);
  };
  child.stdout.on("data", pass(process.stdout));
  child.stderr.on("data", pass(process.stderr));
  const interrupted = (): void => endGroup(child.pid);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    const ended = (): void => resolve({ status: child.exitCode ?? FAILED, stalled });
    child.once("exit", () => {
      clearTimeout(timer);
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
      // Not for ever: a process that a test left behind may hold the pipes open.
      setTimeout(ended, DRAIN_MS).unref();
    });
    child.once("close", ended);
  });
}

/** What hangs, and on what in the kernel, for whoever reads the log. */
function showProcesses(): void {
  const argv = ["-o", "pid,ppid,stat,wchan:24,etime,time,args", "--forest", "--width", "200"];
  const pids = descendants(process.pid).join(",");
  const { stdout } = spawnSync("ps", [...argv, "-p", pids], { encoding: "utf8", timeout: 10_000 });
  process.stdout.write(`\nThe tests hang. What runs:\n${stdout}\n`);
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A file that could not even be loaded has no tests, and counts as one that failed. */
function count(file: string): { passed: number; failed: number; skipped: number } {
  const summary = JSON.parse(readFileSync(file, "utf8")) as Summary;
  const unloaded = summary.testResults.filter(({ status, message }) => status === "failed" && message !== "").length;
  return {
    passed: summary.numPassedTests,
    failed: Math.max(summary.numFailedTests, unloaded),
    skipped: summary.numPendingTests,
  };
}

/** Runs a command of npm to its exit code; one that throws counts as a test that failed. */
export function endWith(main: Promise<number>): void {
  main.then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n0 passed, 1 failed\n`);
      process.exitCode = 1;
    },
  );
}
