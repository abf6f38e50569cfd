import { readFileSync } from "node:fs";
import { InputError, type User } from "../target";

const SHAPE = 'a JSON list of { "name", "password", "role": "viewer" or "admin" }';

const VARIABLES = { viewer: "SECURE_FLOWER_VIEWER", admin: "SECURE_FLOWER_ADMIN" } as const;

/** Reads log-ins from a text. Errors never quote it, as JSON.parse's own would: it is made of passwords. */
export function parseUsers(text: string, source: string): User[] {
  return checkUsers(parseJson(text, source), source);
}

/** Reads log-ins from a file. */
export function readUsers(file: string): User[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new InputError(`${file} cannot be read`);
  }
  return parseUsers(text, file);
}

/** Parses JSON that may hold passwords. */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InputError(`${source} is not JSON`);
  }
}

/** Checks the shape of a list of log-ins. */
export function checkUsers(value: unknown, source: string): User[] {
  if (!Array.isArray(value)) throw new InputError(`${source} must be ${SHAPE}`);
  return value.map((entry: unknown, index) => {
    const { name, password, role } = (entry ?? {}) as Record<string, unknown>;
    const isUser = typeof name === "string" && name !== "" && typeof password === "string" && password !== "";
    if (!isUser || (role !== "viewer" && role !== "admin")) {
      throw new InputError(`entry ${index + 1} of ${source} is no log-in: it must be ${SHAPE}`);
    }
    return { name, password, role };
  });
}

/** Reads `user:password` from SECURE_FLOWER_VIEWER and SECURE_FLOWER_ADMIN, where they are set. */
export function usersFromEnvironment(environment: Readonly<Record<string, string | undefined>>): User[] {
  return (["viewer", "admin"] as const).flatMap((role) => {
    const pair = environment[VARIABLES[role]];
    if (pair === undefined || pair === "") return [];
    const colon = pair.indexOf(":");
    if (colon < 1 || colon === pair.length - 1) throw new InputError(`${VARIABLES[role]} must be user:password`);
    return [{ name: pair.slice(0, colon), password: pair.slice(colon + 1), role }];
  });
}
