import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { formatTable } from "../../verify";
import { progressOn } from "../install";
import { startDemo, type Demo } from "./demo";
import { farewell, welcome } from "./words";

interface Flags {
  once?: boolean;
  httpsPort: number;
  httpPort: number;
  connection?: string;
}

/** As shells report a program that Ctrl-C has ended. */
const INTERRUPTED = 130;
/** How long a start may take to notice that it is not wanted any more. */
const PATIENCE_MS = 2000;
/** As the verifier: could not tell. */
const NOT_STARTED = 2;

async function main(): Promise<void> {
  const flags = new Command("npm run demo --")
    .description(
      "brings the dashboard of examples/basic up on this machine, verifies every control, and stays until Ctrl-C",
    )
    .option("--once", "verify and stop; the exit code is the verifier's")
    .option("--https-port <port>", "port of this machine for HTTPS", port, 8443)
    .option("--http-port <port>", "port of this machine for plain HTTP, which is redirected", port, 8080)
    .option("--connection <file>", "where to write URLs and log-ins (default: .demo/connection.json of the repository)")
    .parse()
    .opts<Flags>();
  const interruption = new AbortController();
  const stopped = untilSignal().then(() => interruption.abort());
  const starting = startDemo({
    ...flags,
    connectionFile: flags.connection && resolve(flags.connection),
    progress: progressOn(process.stdout),
    signal: interruption.signal,
  });
  const demo = await Promise.race([starting, stopped]);
  process.exitCode = demo === undefined ? await giveUp(starting) : await attend(demo, flags, stopped);
}

/** What cannot be stopped in order, such as pip, is stopped by the end of this process. */
async function giveUp(starting: Promise<Demo>): Promise<never> {
  const ended = starting.then((demo) => demo.stop()).catch(() => undefined);
  await Promise.race([ended, sleep(PATIENCE_MS)]);
  process.exit(INTERRUPTED);
}

/** Verifies, and stays if that is wanted; the demo is stopped however this ends. */
async function attend(demo: Demo, flags: Flags, stopped: Promise<void>): Promise<number> {
  try {
    const verified = progressOn(process.stdout).step("Verifying the controls", () => demo.verify());
    const report = await Promise.race([verified, stopped]);
    if (report === undefined) return INTERRUPTED;
    const { columns, isTTY } = process.stdout;
    process.stdout.write(`\n${formatTable(report, { colors: isTTY && !process.env["NO_COLOR"], width: columns })}\n`);
    if (flags.once) return report.exitCode;
    process.stdout.write(welcome(demo));
    await stopped;
    return 0;
  } finally {
    await demo.stop();
    process.stdout.write(farewell);
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65535) return number;
  throw new InvalidArgumentError("It must be a port number, or 0 for any that is free.");
}

main().catch((error: unknown) => {
  // A sentence for what can go wrong on a machine; a stack trace for what is our own mistake.
  const isExpected = error instanceof Error && (error.constructor === Error || error.name === "CommandError");
  process.stderr.write(`\n${isExpected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = NOT_STARTED;
});
