import { existsSync, readdirSync } from "fs";
import { join } from "path";
import { isRecord } from "../../testing/wire";
import { usageError } from "./errors";
import { readYaml } from "./project";
import type { Project } from "./project";

/** A program's configuration by full key (`namespace:key`), each value as the text that Pulumi would pass on. */
export interface Configuration {
  readonly values: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** A configuration that was given, rather than found beside the program. */
export interface GivenConfig {
  /** From the command line. */
  readonly plain: Readonly<Record<string, unknown>>;
  /** From a file or standard input: every value counts as secret. */
  readonly secret: Readonly<Record<string, unknown>>;
}

/** Puts together what Pulumi.yaml, the stack's file and the caller say; the later wins. */
export function readConfiguration(project: Project, stack: string, given: GivenConfig): Configuration {
  const own = qualifyKeys(given.plain, project);
  const secret = qualifyKeys(given.secret, project);
  const ofStack = Object.entries(qualifyKeys(stackFile(project, stack), project));
  const isGiven = (key: string): boolean => key in own || key in secret;
  const encrypted = ofStack.find(([key, value]) => isEncrypted(value) && !isGiven(key));
  if (encrypted !== undefined) {
    throw usageError(
      `Pulumi.${stack}.yaml holds ${encrypted[0]} encrypted, and only Pulumi can decrypt it: give its value in --config-file FILE (or - for standard input)`,
    );
  }
  const stackValues = Object.fromEntries(ofStack.filter(([, value]) => !isEncrypted(value)));
  const merged = { ...qualifyKeys(projectDefaults(project), project), ...stackValues, ...own, ...secret };
  const values = Object.entries(merged).map(([key, value]) => [key, asText(value)]);
  return { values: Object.fromEntries(values) as Record<string, string>, secretKeys: Object.keys(secret) };
}

/** The stacks for which there is a file, for a hint where configuration is missing. */
export function stacksOf(project: Project): string[] {
  const names = existsSync(project.stackFolder) ? readdirSync(project.stackFolder) : [];
  return names.flatMap((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? []).sort();
}

function stackFile(project: Project, stack: string): Record<string, unknown> {
  const file = [".yaml", ".yml"]
    .map((extension) => join(project.stackFolder, `Pulumi.${stack}${extension}`))
    .find((path) => existsSync(path));
  const { config } = file === undefined ? { config: undefined } : readYaml(file);
  return isRecord(config) ? config : {};
}

/** Pulumi.yaml's `config` section: a value, or a declaration with a `value` or a `default`. */
function projectDefaults(project: Project): Record<string, unknown> {
  const entries = Object.entries(project.config).flatMap(([key, declared]): [string, unknown][] => {
    const value = isRecord(declared) ? (declared.value ?? declared.default) : declared;
    return value === undefined || value === null ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

function qualifyKeys(config: Readonly<Record<string, unknown>>, project: Project): Record<string, unknown> {
  const qualify = (key: string): string => (key.includes(":") ? key : `${project.name}:${key}`);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [qualify(key), value]));
}

function isEncrypted(value: unknown): boolean {
  return isRecord(value) && "secure" in value;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
