import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { progressOn } from "../../local/install";
import { chooseCluster, type Choice } from "./choice";
import { TARGET_VARIABLE } from "./target";

const REPOSITORY = join(__dirname, "..", "..");

/** `npm run test:cluster`: finds or makes a cluster, runs the tests of this folder on it, and removes what it made. Further words go to Vitest. */
async function main(words: readonly string[]): Promise<number> {
  const choice = await chooseCluster(process.env, progressOn(process.stdout));
  process.stdout.write(`Testing on ${choice.target.title}.\n`);
  try {
    return runVitest(choice, words);
  } finally {
    await choice.release();
  }
}

function runVitest({ target, enter, env }: Choice, words: readonly string[]): number {
  const vitest = join(REPOSITORY, "node_modules", "vitest", "vitest.mjs");
  const config = join(__dirname, "vitest.config.mts");
  const [command = "", ...args] = [...enter, process.execPath, vitest, "run", "--config", config, ...words];
  const { status } = spawnSync(command, args, {
    cwd: REPOSITORY,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env, [TARGET_VARIABLE]: JSON.stringify(target) },
  });
  return status ?? 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
