/**
 * Stands for a value that is not known yet: an Output or a promise while the program runs, before the engine resolves it.
 * A rule never judges it; the same rules run again when it is known.
 */
export const UNKNOWN = Symbol("unknown until the program runs");

/** A value and where it stands in the arguments, for example `auth.basic.viewers[1]`. */
export interface Located {
  readonly path: string;
  readonly value: unknown;
}

/**
 * Every value that a path pattern names: `host`, `admin.host`, `allowedSourceRanges[*]`, `ingress.podLabels{*}`. A missing parent names nothing;
 * a missing last member is `undefined`; below an unknown value everything is unknown; the empty pattern names the arguments themselves.
 */
export function locate(root: unknown, pattern: string): Located[] {
  const steps = pattern === "" ? [] : pattern.split(/\.|(?=\[\*\])|(?=\{\*\})/);
  return steps.reduce<Located[]>((found, step) => found.flatMap((at) => next(at, step)), [{ path: "", value: root }]);
}

function next({ path, value }: Located, step: string): Located[] {
  if (value === UNKNOWN) {
    return [{ path, value: UNKNOWN }];
  }
  if (step === "[*]") {
    return Array.isArray(value)
      ? value.map((item: unknown, index) => ({ path: `${path}[${index}]`, value: item }))
      : [];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  if (step === "{*}") {
    return Object.entries(value).map(([key, item]: [string, unknown]) => ({
      path: `${path}[${JSON.stringify(key)}]`,
      value: item,
    }));
  }
  return [{ path: path === "" ? step : `${path}.${step}`, value: (value as Record<string, unknown>)[step] }];
}
