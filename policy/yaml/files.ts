import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** A text with the name that it is called by in reports. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Reads files, standard input for `-`, and of folders every YAML and JSON file in them, also behind symbolic links: each file once. */
export function readTexts(names: readonly string[]): readonly NamedText[] {
  const seen = new Set<string>();
  return names.flatMap((name) => {
    if (name === "-") return [{ name, text: readFileSync(0, "utf8") }];
    return filesOf(name, seen).map((file) => ({ name: file, text: readFileSync(file, "utf8") }));
  });
}

/** The files of a name; what was seen before, by another name or from a folder within itself, is left out. */
function filesOf(name: string, seen: Set<string>): readonly string[] {
  const stats = statSync(name);
  // Pipes, such as a shell's `<(helm template …)`, have no path of their own.
  if (!stats.isDirectory() && !stats.isFile()) return [name];
  const path = realpathSync(name);
  if (seen.has(path)) return [];
  seen.add(path);
  if (stats.isFile()) return [name];
  const entries = readdirSync(name).filter((entry) => isWanted(entry, join(name, entry)));
  return entries.flatMap((entry) => filesOf(join(name, entry), seen)).sort();
}

/** A link that leads nowhere is of no interest unless it is called like a file that is. */
function isWanted(entry: string, path: string): boolean {
  if (entry.startsWith(".") || entry === "node_modules") return false;
  if (/\.(ya?ml|json)$|^Kustomization$/.test(entry)) return true;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
