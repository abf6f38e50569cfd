import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "..", "scripts");

/** The Python files that the Flower containers run, by name: the data of a ConfigMap. */
export function scripts(): Record<string, string> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".py"));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]));
}
