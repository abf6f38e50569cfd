import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { InputError, type Target } from "../target";
import { checkUsers, parseJson } from "./users";

const TEXTS = ["url", "adminUrl", "httpUrl", "caFile", "address", "direct"] as const;

/**
 * Reads a target from a file such as the demo's `.demo/connection.json`. What else is in the file is left alone. A
 * relative `caFile` starts at the file's own folder.
 */
export function readConnection(file: string): Target {
  const value = parseJson(read(file), file);
  if (typeof value !== "object" || value === null) throw new InputError(`${file} must hold a JSON object`);
  const fields = value as Record<string, unknown>;
  const target: Partial<Record<(typeof TEXTS)[number], string>> = {};
  for (const name of TEXTS) {
    const field = fields[name];
    if (field === undefined || field === null) continue;
    if (typeof field !== "string") throw new InputError(`${name} in ${file} must be a string`);
    target[name] = field;
  }
  if (target.url === undefined) throw new InputError(`${file} has no url`);
  const caFile = target.caFile === undefined ? undefined : resolve(dirname(file), target.caFile);
  const users = fields["users"] === undefined ? [] : checkUsers(fields["users"], `users in ${file}`);
  return { ...target, url: target.url, caFile, users };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new InputError(`${file} cannot be read: is the demo up?`);
  }
}
