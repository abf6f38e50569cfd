import { delimiter, dirname, join } from "node:path";
import { findProgram, installPackages, progressOn } from "../../local/install";
import { endWith, runVitest } from "../runVitest";
import { chooseCluster, type Choice } from "./choice";
import { describeEngine, ENGINE_VARIABLE, findEngine, type Engine } from "./engine/engine";
import { TARGET_VARIABLE } from "./target";

/** After so many seconds the tests have hung, whatever bounds they have themselves. */
const LONGEST_RUN_SECONDS = 2400;

/**
 * `npm run test:cluster`: finds or makes a cluster and an engine, runs the tests of this folder, removes what it made, and ends with a line
 * that counts. Further words go to Vitest.
 */
async function main(words: readonly string[]): Promise<number> {
  const progress = progressOn(process.stdout);
  if (findProgram("chromium") === undefined) await installPackages(["chromium"], progress);
  const clock = stopwatch();
  const engine = await findEngine(progress);
  clock.lap("engine");
  const choice = await chooseCluster(process.env, progress);
  clock.lap("cluster");
  process.stdout.write(`Testing on ${choice.target.title}.\n${describeEngine(engine)}\n`);
  const release = async (): Promise<void> => {
    clock.lap("tests");
    await choice.release();
    clock.lap("end");
    process.stdout.write(`${clock.laps().join(", ")}. ${describeEngine(engine)}\n`);
  };
  return runVitest({
    report: "cluster",
    words: ["--config", join(__dirname, "vitest.config.mts"), ...words],
    enter: ["timeout", "--kill-after=30", String(LONGEST_RUN_SECONDS), ...choice.enter],
    env: environment(choice, engine),
    silentSeconds: LONGEST_RUN_SECONDS / 2,
    release,
  });
}

function environment({ target, env }: Choice, engine: Engine): NodeJS.ProcessEnv {
  return {
    ...env,
    // Before anything of npm's that has the engine's name.
    PATH: [dirname(engine.command), env.PATH ?? process.env.PATH ?? ""].join(delimiter),
    [TARGET_VARIABLE]: JSON.stringify(target),
    [ENGINE_VARIABLE]: JSON.stringify(engine),
  };
}

function stopwatch(): { lap(name: string): void; laps(): string[] } {
  const laps: string[] = [];
  let started = Date.now();
  return {
    lap: (name) => {
      laps.push(`${name} ${((Date.now() - started) / 1000).toFixed(1)} s`);
      started = Date.now();
    },
    laps: () => laps,
  };
}

endWith(main(process.argv.slice(2)));
