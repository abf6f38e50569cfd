import { cidrFault, isWideOpen } from "./grammar";
import { distinct, list, text, type Rule } from "./rule";

/** The value, if given, must be a CIDR range in its canonical form; the reason says which that is. */
export function cidr(path: string): Rule {
  return text(
    path,
    (value) => cidrFault(value) === undefined,
    (value) =>
      typeof value === "string" ? String(cidrFault(value)) : "is not a CIDR range; write one such as 10.0.0.0/8",
  );
}

/** The range, if given, must not hold so many addresses that it is as good as all of them. */
export function narrow(path: string, reason: string): Rule {
  return { path, when: isOfEverybody, reason };
}

/** Whether a value is a CIDR range of everybody. */
export function isOfEverybody(value: unknown): boolean {
  return typeof value === "string" && cidrFault(value) === undefined && isWideOpen(value);
}

/** A list of CIDR ranges; an empty one is a list too. */
export function rangeRules(path: string): Rule[] {
  return [list(path, 'CIDR ranges, such as ["10.0.0.0/8"]'), cidr(`${path}[*]`), distinct(path)];
}

/** The CIDR ranges of those who may connect: an empty list would mean nobody. */
export function sourceRules(path: string): Rule[] {
  return [
    ...rangeRules(path),
    {
      path,
      when: (value) => Array.isArray(value) && value.length === 0,
      reason: "is empty, so that nobody could connect; write at least one CIDR range",
    },
  ];
}
