import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProgram, type Progress } from "../../../local/install";
import { buildPulumi } from "../local/programs";

/** The Pulumi engine, and what it lacks. */
export interface Engine {
  /** Path of the command. */
  readonly command: string;
  /** Names of the provider plugins that are not on this machine. Without one of them nothing can be deployed. */
  readonly missing: readonly string[];
}

/** Name of the variable by which `npm run test:cluster` tells the tests of the engine. */
export const ENGINE_VARIABLE = "SECURE_FLOWER_TEST_ENGINE";

const PLUGINS = ["kubernetes", "random", "tls"];

/** The engine of this machine, or one that is built from its Go module. */
export async function findEngine(progress: Progress): Promise<Engine> {
  const command = installedPulumi() ?? (await buildPulumi(progress));
  return { command, missing: PLUGINS.filter((name) => !hasPlugin(name)) };
}

/** The engine of this run. */
export function readEngine(): Engine {
  const text = process.env[ENGINE_VARIABLE];
  if (text === undefined) throw new Error("these tests need an engine: run them by `npm run test:cluster`");
  return JSON.parse(text) as Engine;
}

/** One line that says how much of the engine's tests runs. */
export function describeEngine({ command, missing }: Engine): string {
  return missing.length === 0
    ? `Pulumi's engine (${command}) deploys through the official plugins.`
    : `Pulumi's engine (${command}) lacks the plugin${missing.length === 1 ? "" : "s"} ${missing.join(", ")}: skipping what needs a deployment by it. The other tests apply what \`render\` prints.`;
}

/** A program, not the script of that name that npm puts first on PATH and that downloads one. */
function installedPulumi(): string | undefined {
  const folders = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
  const found = findProgram("pulumi", [...folders, join(homedir(), ".pulumi", "bin")].join(":"));
  return found !== undefined && isBinary(found) ? found : undefined;
}

function isBinary(file: string): boolean {
  return readFileSync(file).subarray(0, 4).toString("latin1") === "\x7fELF";
}

/** On PATH, or where `pulumi plugin install` puts it. */
function hasPlugin(name: string): boolean {
  if (findProgram(`pulumi-resource-${name}`) !== undefined) return true;
  const folder = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  return existsSync(folder) && readdirSync(folder).some((each) => each.startsWith(`resource-${name}-v`));
}
