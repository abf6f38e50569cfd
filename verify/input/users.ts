import { readFileSync } from "node:fs";
import { InputError, type User } from "../target";

const SHAPE = 'a JSON list of { "name", "password" or "session", "role": "viewer" or "admin" }';

const VARIABLES = { viewer: "SECURE_FLOWER_VIEWER", admin: "SECURE_FLOWER_ADMIN" } as const;
/** What a session's cookie may hold, so that it cannot become another header. */
const SESSION = /^[!#-+\--:<-[\]-~]+$/;

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
    const { name, password, session, role } = (entry ?? {}) as Record<string, unknown>;
    const isNamed = typeof name === "string" && name !== "";
    if (isNamed && (role === "viewer" || role === "admin")) {
      if (typeof password === "string" && password !== "" && session === undefined) return { name, password, role };
      if (typeof session === "string" && SESSION.test(session) && password === undefined)
        return { name, password: "", session, role };
    }
    throw new InputError(`entry ${index + 1} of ${source} is no log-in: it must be ${SHAPE}`);
  });
}

/** Reads `user:password` from SECURE_FLOWER_VIEWER and SECURE_FLOWER_ADMIN, and sessions from the same with _SESSION, where they are set. */
export function usersFromEnvironment(environment: Readonly<Record<string, string | undefined>>): User[] {
  return (["viewer", "admin"] as const).flatMap((role): User[] => {
    const session = environment[`${VARIABLES[role]}_SESSION`];
    if (session !== undefined && session !== "") {
      if (SESSION.test(session)) return [{ name: `session of a ${role}`, password: "", session, role }];
      throw new InputError(`${VARIABLES[role]}_SESSION must be the value of the cookie __Host-user`);
    }
    const pair = environment[VARIABLES[role]];
    if (pair === undefined || pair === "") return [];
    const colon = pair.indexOf(":");
    if (colon < 1 || colon === pair.length - 1) throw new InputError(`${VARIABLES[role]} must be user:password`);
    return [{ name: pair.slice(0, colon), password: pair.slice(colon + 1), role }];
  });
}
