import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder, type Progress } from "../../../local/install";

/** Something that takes long to make and depends on its inputs only. */
export interface Recipe {
  /** What it is, for the folder's name. */
  readonly name: string;
  /** What a person is told while it is made. */
  readonly title: string;
  /** Everything that decides the content. */
  readonly inputs: readonly (string | Buffer)[];
  /** Makes it, in an empty folder. */
  readonly make: (folder: string) => Promise<void>;
}

/** The cluster's part of the cache, outside of the repository. */
export function clusterCache(): string {
  return join(cacheFolder(), "cluster");
}

/** The folder of a recipe's result: the one that was made from the same inputs before, or a new one. */
export async function cached(recipe: Recipe, progress: Progress): Promise<string> {
  const folder = join(clusterCache(), `${recipe.name}-${keyOf(recipe.inputs)}`);
  if (isWhole(folder)) return folder;
  for (const broken of [folder, ...abandoned(folder)]) rmSync(broken, { recursive: true, force: true });
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await progress.step(recipe.title, () => recipe.make(unfinished));
    writeFileSync(join(unfinished, SIZES), JSON.stringify(sizesOf(unfinished)));
    // It counts only once it has its name, so that a build that was cut short is done again.
    if (!isWhole(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** Folders of the same result whose makers have ended before it was whole. */
function abandoned(folder: string): string[] {
  const parent = dirname(folder);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => name.startsWith(`${basename(folder)}.`) && !existsSync(`/proc/${name.split(".").pop() ?? ""}`))
    .map((name) => join(parent, name));
}

/** Lists the files of a result with their sizes. */
const SIZES = "sizes.json";

/** Whether a result is there with every file as long as it was made: a full disk or a power cut leaves shorter ones. */
function isWhole(folder: string): boolean {
  try {
    return JSON.stringify(sizesOf(folder)) === readFileSync(join(folder, SIZES), "utf8");
  } catch {
    return false;
  }
}

function sizesOf(folder: string): Record<string, number> {
  const files = filesOf(folder).filter((file) => basename(file) !== SIZES);
  return Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), statSync(file).size]));
}

/** Every file below a folder, by name and content: the inputs of what is built from it. */
export function contentOf(folder: string): Buffer[] {
  return filesOf(folder).flatMap((file) => [Buffer.from(file.slice(folder.length)), readFileSync(file)]);
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function keyOf(inputs: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const input of inputs) {
    const bytes = Buffer.from(input);
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex").slice(0, 16);
}
