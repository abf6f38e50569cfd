import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A text with the name that it is called by in reports. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Reads files, standard input for `-`, and of folders every YAML and JSON file in them. */
export function readTexts(names: readonly string[]): readonly NamedText[] {
  return names.flatMap((name) => {
    if (name === "-") return [{ name, text: readFileSync(0, "utf8") }];
    return filesOf(name).map((file) => ({ name: file, text: readFileSync(file, "utf8") }));
  });
}

function filesOf(name: string): readonly string[] {
  if (!statSync(name).isDirectory()) return [name];
  const entries = readdirSync(name, { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
  const files = entries.flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesOf(join(name, entry.name));
    return /\.(ya?ml|json)$/.test(entry.name) ? [join(name, entry.name)] : [];
  });
  return files.sort();
}
