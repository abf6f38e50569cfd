import { UNKNOWN } from "../objects/part";

/**
 * A copy of what a policy gets, in which {@link UNKNOWN} stands for what is not known: there `@pulumi/policy` throws at the moment of reading, so that a
 * rule would say nothing of the rest.
 */
export function plainCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const read = (key: string | number): unknown => {
    try {
      return plainCopy((value as Record<string | number, unknown>)[key]);
    } catch {
      return UNKNOWN;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(key)]));
}
