import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram, install, installPackages, progressOn } from "../local/install";

/** What Vitest's JSON reporter writes, as far as it is read here. */
interface Summary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly name: string; readonly status: string; readonly message: string }[];
}

const REPOSITORY = join(__dirname, "..");
const REPORT = join(REPOSITORY, ".test", "report.json");

/** `npm test`: installs what the tests need, runs them, and ends with a line that counts. Further words go to Vitest. */
async function main(words: readonly string[]): Promise<number> {
  const progress = progressOn(process.stdout);
  await install(join(REPOSITORY, "image", "requirements.txt"), progress);
  if (findProgram("chromium") === undefined) {
    await installPackages(["chromium"], progress);
  }
  rmSync(REPORT, { force: true });
  mkdirSync(join(REPOSITORY, ".test"), { recursive: true });
  const status = runVitest(words);
  const { passed, failed, skipped } = count();
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return status === 0 && failed === 0 && passed > 0 ? 0 : 1;
}

function runVitest(words: readonly string[]): number {
  // Coverage is that of `components/`, whose tests are the unit tests: of another choice of tests it would say nothing.
  const coverage = words.length === 0 ? ["--coverage"] : [];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${REPORT}`];
  const vitest = join(REPOSITORY, "node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", ...reporters, ...coverage, ...words], {
    cwd: REPOSITORY,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status ?? 1;
}

/** A file that could not even be loaded has no tests, and counts as one that failed. */
function count(): { passed: number; failed: number; skipped: number } {
  const report = JSON.parse(readFileSync(REPORT, "utf8")) as Summary;
  const unloaded = report.testResults.filter(({ status, message }) => status === "failed" && message !== "").length;
  return {
    passed: report.numPassedTests,
    failed: Math.max(report.numFailedTests, unloaded),
    skipped: report.numPendingTests,
  };
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n0 passed, 1 failed\n`);
    process.exitCode = 1;
  },
);
