import { locate, UNKNOWN } from "./paths";
import type { Problem } from "./problems";

/** One rule about the arguments, as data. It is broken where `when` holds. */
export interface Rule {
  /** Path pattern of the values that it judges: see `locate`. */
  readonly path: string;
  /** Whether the value breaks the rule. Never called with an unknown value. */
  readonly when: (value: unknown, args: unknown) => boolean;
  /** The rule and the fix, in words that go on from the value: `is not a DNS name; write …`. */
  readonly reason: string | ((value: unknown, args: unknown) => string);
  /** What a message shows instead of the value: a credential is named but never shown, an object is left out. */
  readonly shown?: "not the secret" | "nothing";
}

/** Every problem of `args` under `rules`, in the order of the rules. */
export function brokenRules(rules: readonly Rule[], args: unknown): Problem[] {
  return rules.flatMap((rule) =>
    locate(args, rule.path)
      .filter(({ value }) => value !== UNKNOWN && rule.when(value, args))
      .map(({ path, value }) => ({ path, reason: sentence(rule, value, args) })),
  );
}

function sentence(rule: Rule, value: unknown, args: unknown): string {
  const reason = typeof rule.reason === "string" ? rule.reason : rule.reason(value, args);
  if (value === undefined || rule.shown === "nothing") {
    return reason;
  }
  return `${rule.shown === "not the secret" ? "the value (not shown, being a secret)" : show(value)} ${reason}`;
}

/** The value as a program would write it; what JSON does not have (a bigint, a function) by its own text. */
function show(value: unknown): string {
  const json: unknown = JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item));
  return typeof json === "string" ? json : String(value);
}

/** Whether there is a value to judge: an absent member has its default, while a hole in a list or record would end up as the text "undefined", and the arguments must be there. */
function isThere(path: string, value: unknown): boolean {
  return value !== undefined || path === "" || /[\]}]$/.test(path);
}

/** Whether a value is an object with members. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value, if given, must be an object; `also` says what else is wrong with one. */
export function record(path: string, also: (value: object) => boolean, reason: Rule["reason"]): Rule {
  return {
    path,
    when: (value) => isThere(path, value) && (!isObject(value) || also(value)),
    reason,
    shown: "nothing",
  };
}

/** The value must be given. */
export function required(path: string, fix: string): Rule {
  return { path, when: (value) => value === undefined || value === null, reason: () => `is missing; ${fix}` };
}

/** The value, if given, must be a text that `accepts` takes. */
export function text(path: string, accepts: (value: string) => boolean, reason: Rule["reason"]): Rule {
  return { path, when: (value) => isThere(path, value) && !(typeof value === "string" && accepts(value)), reason };
}

/** A credential, if given, must be a text that `accepts` takes; no message shows it. */
export function secretText(path: string, accepts: (value: string) => boolean, reason: string): Rule {
  return { ...text(path, accepts, reason), shown: "not the secret" };
}

/** The value, if given, must be a whole number from `least` to `most`. */
export function integer(path: string, least: number, most: number, unit: string): Rule {
  return {
    path,
    when: (value) =>
      isThere(path, value) && !(Number.isInteger(value) && Number(value) >= least && Number(value) <= most),
    reason: `is not a whole number from ${least} to ${most}; write ${unit}`,
  };
}

/** The value, if given, must be plain `true` or `false`: an Output would be truthy whatever it holds. */
export function flag(path: string): Rule {
  return {
    path,
    when: (value) => value !== undefined && typeof value !== "boolean",
    reason: "is neither true nor false; write one of them, plain",
  };
}

/** The value, if given, must be a list. */
export function list(path: string, fix: string): Rule {
  return { path, when: (value) => value !== undefined && !Array.isArray(value), reason: `is not a list; write ${fix}` };
}

/** The values of a list must differ. Broken at the list, once. */
export function distinct(path: string): Rule {
  return {
    path,
    when: (value) => {
      const known = Array.isArray(value) ? value.filter((item) => item !== UNKNOWN) : [];
      return new Set(known).size !== known.length;
    },
    reason: "names something twice; write each once",
  };
}

/** The value under `path` in `args`, or `undefined`. */
export function at(args: unknown, path: string): unknown {
  return locate(args, path)[0]?.value;
}

/** Whether something, known or not yet known, is given under `path`. */
export function given(args: unknown, path: string): boolean {
  const value = at(args, path);
  return value !== undefined && value !== null;
}

/** Whether `path` holds a list with something in it (or one that is not known yet). */
export function filled(args: unknown, path: string): boolean {
  const value = at(args, path);
  return value === UNKNOWN || (Array.isArray(value) && value.length > 0);
}
