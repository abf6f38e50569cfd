import { createHmac, randomBytes } from "crypto";

/** Where mocks take chance from: the machine's secure source, or a repeatable one. */
export interface Randomness {
  /** Whether the same seed and label would give the same bytes again. */
  readonly repeatable: boolean;
  /** The next `length` bytes. */
  bytes(length: number): Buffer;
  /** The next whole number of at least 0 and less than `limit`, each equally likely. */
  below(limit: number): number;
}

/** The machine's cryptographic source. */
export function secureRandomness(): Randomness {
  return withNumbers(false, randomBytes);
}

/**
 * A repeatable source: the same seed and label give the same bytes, whatever else was asked for before. Whoever knows
 * the seed knows every value, so nothing made from it may guard anything.
 */
export function seededRandomness(seed: string, label: string): Randomness {
  let counter = 0;
  let pool = Buffer.alloc(0);
  const bytes = (length: number): Buffer => {
    while (pool.length < length) {
      const block = createHmac("sha256", seed).update(`${label}\n${counter++}`).digest();
      pool = Buffer.concat([pool, block]);
    }
    const taken = pool.subarray(0, length);
    pool = pool.subarray(length);
    return Buffer.from(taken);
  };
  return withNumbers(true, bytes);
}

function withNumbers(repeatable: boolean, bytes: (length: number) => Buffer): Randomness {
  const below = (limit: number): number => {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new Error(`cannot choose from ${limit} possibilities`);
    }
    // Values past the last whole multiple of the limit are drawn again: they would favour small results.
    const range = 2 ** 48;
    const fair = range - (range % limit);
    for (;;) {
      const drawn = bytes(6).readUIntBE(0, 6);
      if (drawn < fair) {
        return drawn % limit;
      }
    }
  };
  return { repeatable, bytes, below };
}

/** The same items in a random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], randomness: Randomness): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomness.below(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}
