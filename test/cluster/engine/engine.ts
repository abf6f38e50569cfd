import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
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

/**
 * Where programs of Pulumi's are: on PATH, but for npm's script of that name, which downloads one; where its installer puts them; and a folder for each
 * plugin that `pulumi plugin install` brought.
 */
export function pulumiFolders(): string[] {
  const onPath = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const plugins = join(home, "plugins");
  const installed = existsSync(plugins) ? readdirSync(plugins).map((name) => join(plugins, name)) : [];
  return [...onPath, join(home, "bin"), ...installed];
}

function installedPulumi(): string | undefined {
  const found = findProgram("pulumi", pulumiFolders().join(delimiter));
  return found !== undefined && isBinary(found) ? found : undefined;
}

function isBinary(file: string): boolean {
  return readFileSync(file).subarray(0, 4).toString("latin1") === "\x7fELF";
}

function hasPlugin(name: string): boolean {
  return findProgram(`pulumi-resource-${name}`, pulumiFolders().join(delimiter)) !== undefined;
}
