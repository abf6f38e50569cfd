/** Stands in an object for a value that only a deployment will know. */
export const UNKNOWN: unique symbol = Symbol("known only after the deployment");

/** Keys from an object's root to one of its parts. */
export type Path = readonly (string | number)[];

/** Thrown where a judgement needs a value that is not known: whoever runs the rule says "could not tell", never "holds". */
export class UnknownValue extends Error {
  constructor(what: string) {
    super(what);
    this.name = "UnknownValue";
  }
}

/**
 * A part of an object, with its path. Reads whatever is there without a crash: what has another type than expected counts as absent, as
 * the API server would refuse it anyway. Reading an unknown value throws {@link UnknownValue}.
 */
export class Part {
  constructor(
    private readonly raw: unknown,
    readonly path: Path = [],
  ) {}

  /** What is there, of any type. */
  get value(): unknown {
    if (this.raw === UNKNOWN) throw new UnknownValue(`${formatPath(this.path)} is known only after the deployment`);
    return this.raw;
  }

  /** The part below, by keys; absent ones too have a path. */
  at(...keys: Path): Part {
    return keys.reduce<Part>((part, key) => part.below(key), this);
  }

  private below(key: string | number): Part {
    const { value } = this;
    const held = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    return new Part(held ? (value as Record<string | number, unknown>)[key] : undefined, [...this.path, key]);
  }

  /** Whether anything is there. To Kubernetes null is the same as absent. */
  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A text, or a number or boolean as text: YAML turns an unquoted value into one. */
  get text(): string | undefined {
    const { value } = this;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;
  }

  /** A boolean; a text that says so counts too. */
  get flag(): boolean | undefined {
    const { text } = this;
    return text === "true" ? true : text === "false" ? false : undefined;
  }

  get number(): number | undefined {
    const { value } = this;
    return typeof value === "number" ? value : undefined;
  }

  /** The items of a list; none if it is none. */
  get items(): readonly Part[] {
    const { value } = this;
    if (!Array.isArray(value)) return [];
    // Not `map`, which leaves the holes of a sparse list as they are.
    return Array.from<unknown, Part>(value, (item, index) => new Part(item, [...this.path, index]));
  }

  /** The texts of a list. */
  get texts(): readonly string[] {
    return this.items.flatMap(({ text }) => (text === undefined ? [] : [text]));
  }

  /** The members of an object; none if it is none. */
  get members(): readonly (readonly [string, Part])[] {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return Object.entries(value).map(([key, member]) => [key, new Part(member, [...this.path, key])]);
  }
}

/** A path as people write it: `spec.containers[0].env[2].value`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** What `read` returns, or `otherwise` if that needs a value that is not known. */
export function ifKnown<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValue) return otherwise;
    throw error;
  }
}

/** Whether a test holds for any of the items; throws where it holds for none that is known, and one is not known. */
export function anyOf<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  let unknown: UnknownValue | undefined;
  for (const item of items) {
    try {
      if (test(item)) return true;
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      unknown ??= error;
    }
  }
  if (unknown !== undefined) throw unknown;
  return false;
}

/** Whether a test holds for all of the items; throws where it fails for none that is known, and one is not known. */
export function allOf<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  return !anyOf(items, (item) => !test(item));
}
