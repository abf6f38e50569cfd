import { existsSync, readFileSync, statSync } from "fs";
import { basename, dirname, extname, join, resolve } from "path";
import { parse } from "yaml";
import { isRecord } from "../../testing/wire";
import { usageError } from "./errors";

/** A program on disk, as Pulumi would find it. */
export interface Project {
  readonly name: string;
  /** The folder of Pulumi.yaml and the stack files. */
  readonly root: string;
  /** The file to load. */
  readonly main: string;
  /** The folder in which it runs. */
  readonly directory: string;
  readonly isModule: boolean;
  /** Where Pulumi.<stack>.yaml is looked for. */
  readonly stackFolder: string;
  /** The `config` section of Pulumi.yaml: values and defaults that belong to every stack. */
  readonly config: Readonly<Record<string, unknown>>;
}

const EXTENSIONS = [".ts", ".js", ".mts", ".mjs", ".cts", ".cjs"];

/** Finds the program that a folder (with a Pulumi.yaml) or a file stands for. */
export function findProject(program: string): Project {
  const path = resolve(program);
  if (!existsSync(path)) {
    throw usageError(`there is no file or folder ${program}`);
  }
  return statSync(path).isDirectory() ? projectOfFolder(path, program) : projectOfFile(path, program);
}

function projectOfFolder(root: string, shown: string): Project {
  const manifest = readManifest(root);
  if (manifest === undefined) {
    throw usageError(`${shown} has no Pulumi.yaml: give a folder with a Pulumi project, or a .ts or .js file`);
  }
  const entry = resolve(root, typeof manifest.main === "string" ? manifest.main : ".");
  if (!existsSync(entry)) {
    throw usageError(`${shown}/Pulumi.yaml says that the program is ${String(manifest.main)}, which does not exist`);
  }
  const main = statSync(entry).isDirectory() ? entryOfFolder(entry, shown) : entry;
  const directory = statSync(entry).isDirectory() ? entry : dirname(entry);
  return describe(root, manifest, main, directory);
}

function projectOfFile(main: string, shown: string): Project {
  if (!EXTENSIONS.includes(extname(main))) {
    throw usageError(
      `${shown} is not a program that Node runs: give a .ts or .js file, or a folder with a Pulumi.yaml`,
    );
  }
  const root = dirname(main);
  return describe(root, readManifest(root) ?? { name: basename(root) }, main, root);
}

function describe(root: string, manifest: Record<string, unknown>, main: string, directory: string): Project {
  const stackFolder = typeof manifest.stackConfigDir === "string" ? manifest.stackConfigDir : ".";
  return {
    name: typeof manifest.name === "string" ? manifest.name : basename(root),
    root,
    main,
    directory,
    isModule: /\.m[tj]s$/.test(main) || (!/\.c[tj]s$/.test(main) && nearestPackageType(directory) === "module"),
    stackFolder: resolve(root, stackFolder),
    config: isRecord(manifest.config) ? manifest.config : {},
  };
}

function readManifest(root: string): Record<string, unknown> | undefined {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(root, name)).find((path) => existsSync(path));
  if (file === undefined) {
    return undefined;
  }
  const manifest = readYaml(file);
  const runtime = isRecord(manifest.runtime) ? manifest.runtime.name : manifest.runtime;
  if (runtime !== "nodejs") {
    throw usageError(
      `${file} is a project for the runtime ${JSON.stringify(runtime)}; only nodejs programs can be rendered`,
    );
  }
  return manifest;
}

/** Reads a YAML file whose content is a mapping; an empty one is an empty mapping. */
export function readYaml(file: string): Record<string, unknown> {
  return parseMapping(readFileSync(file, "utf8"), file);
}

/** Parses YAML or JSON text that must be a mapping. The text may hold secrets, so an error does not repeat it. */
export function parseMapping(text: string, source: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(text, { logLevel: "error" }) ?? {};
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line;
    throw usageError(`${source} is not valid YAML${line === undefined ? "" : ` (line ${line})`}`);
  }
  if (!isRecord(content)) {
    throw usageError(`${source} must hold keys and values`);
  }
  return content;
}

/** The file that a folder's program starts with: package.json's `main`, or its index file. */
function entryOfFolder(folder: string, shown: string): string {
  const manifest = join(folder, "package.json");
  const named = existsSync(manifest) ? (readJson(manifest).main as string | undefined) : undefined;
  const candidates = [...(named === undefined ? [] : [named]), ...EXTENSIONS.map((extension) => `index${extension}`)];
  const found = candidates
    .map((name) => join(folder, name))
    .find((path) => existsSync(path) && statSync(path).isFile());
  if (found === undefined) {
    throw usageError(`${shown} has no program: none of ${candidates.join(", ")} is in ${folder}`);
  }
  return found;
}

function nearestPackageType(folder: string): unknown {
  const manifest = join(folder, "package.json");
  if (existsSync(manifest)) {
    return readJson(manifest).type;
  }
  return dirname(folder) === folder ? undefined : nearestPackageType(dirname(folder));
}

function readJson(file: string): Record<string, unknown> {
  try {
    const content = JSON.parse(readFileSync(file, "utf8")) as unknown;
    return isRecord(content) ? content : {};
  } catch {
    throw usageError(`${file} is not valid JSON`);
  }
}
