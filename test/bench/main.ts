import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { startDemo } from "../../local/demo";
import { findProgram, progressOn } from "../../local/install";
import { installPackages } from "../../local/install/packages";
import { ADDRESSES } from "../../local/pod";
import { bench } from "./bench";
import { raiseRequestRate } from "./limits";
import { benchPolicies, OBJECTS } from "./policy";
import { median } from "./statistics";
import { formatResult, judge } from "./table";

const RESULT = join(__dirname, "..", "..", ".test", "bench.json");

/** `npm run bench`: brings the demo up, measures it both ways, prints one table and writes `.test/bench.json`. */
async function main(): Promise<void> {
  const options = new Command("npm run bench --")
    .description("measures Flower directly and through the whole road: paired, the medians of several rounds")
    .option("--rounds <count>", "how often everything is measured", Number, 5)
    .option("--seconds <count>", "how long each load lasts", Number, 3)
    .parse()
    .opts<{ rounds: number; seconds: number }>();
  const progress = progressOn(process.stdout);
  const lacking = ["wrk", "chromium", "curl"].filter((program) => findProgram(program) === undefined);
  await installPackages(lacking, progress);
  const directory = mkdtempSync(join(tmpdir(), "secure-flower-bench-"));
  const machine = { processors: cpus().map(({ model }) => model), loadBefore: loadavg(), node: process.version };
  const demo = await startDemo({
    ...{ httpsPort: 0, httpPort: 0, progress, connectionFile: join(directory, "connection.json") },
    // The clients run beside the controller, with its address.
    config: { sourceRanges: JSON.stringify([`${ADDRESSES.node}/32`]) },
    mutate: raiseRequestRate,
  });
  try {
    const result = await bench(demo, { ...options, progress });
    const aims = judge(result);
    mkdirSync(join(RESULT, ".."), { recursive: true });
    writeFileSync(RESULT, `${JSON.stringify({ date: new Date(), machine, options, aims, ...result }, null, 2)}\n`);
    const seconds = median([1, 2, 3, 4, 5].map(() => benchPolicies()));
    process.stdout.write(`\n${formatResult(result)}\n\n`);
    process.stdout.write(`The policy pack judges ${OBJECTS} objects in ${seconds.toFixed(2)} s (aim: under 1 s).\n`);
    for (const { aim, value, met } of aims) process.stdout.write(`${met ? "✓" : "✗"} ${aim}: ${value}\n`);
    process.stdout.write(
      `\nMedians of ${options.rounds} rounds on ${machine.processors.length} processors with a load of ${machine.loadBefore[0]?.toFixed(1)} before. ` +
        "For this, nginx' limit of 50 requests a second for one client was raised; everything else is as rendered.\n",
    );
  } finally {
    await demo.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
