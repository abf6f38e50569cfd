import type { Randomness } from "./randomness";

// bcrypt, for `RandomPassword.bcryptHash`: a made-up hash would let a rendered password file refuse its own password.
// Written after Provos and Mazières, "A Future-Adaptable Password Scheme" (1999). Blowfish's tables are the digits of π,
// so they are computed and not listed. The provider's cost is 10; repeatable values guard nothing, so they get the
// cheapest one.
const PROVIDER_COST = 10;
const LOWEST_COST = 4;
const ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SUBKEYS = 18;
const WORDS = SUBKEYS + 4 * 256;

let piWords: Uint32Array | undefined;

/** The fractional part of π as 32-bit words, by Machin's formula: π = 16·atan(1/5) − 4·atan(1/239). */
function piFraction(): Uint32Array {
  if (piWords === undefined) {
    const guardBits = 64n;
    const one = 1n << (BigInt(WORDS * 32) + guardBits);
    const pi = 4n * (4n * arctangentOfInverse(5n, one) - arctangentOfInverse(239n, one));
    const fraction = ((pi % one) >> guardBits).toString(16).padStart(WORDS * 8, "0");
    piWords = Uint32Array.from({ length: WORDS }, (_, word) => parseInt(fraction.slice(word * 8, word * 8 + 8), 16));
  }
  return piWords;
}

function arctangentOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / divisor;
  }
  return sum;
}

/** Blowfish's state in one array: the 18 subkeys, then the four boxes. */
class Blowfish {
  private readonly words = piFraction().slice();
  private left = 0;
  private right = 0;

  encipher(left: number, right: number): [number, number] {
    this.left = left;
    this.right = right;
    this.run();
    return [this.left >>> 0, this.right >>> 0];
  }

  expand(key: Uint32Array, salt: Uint32Array | undefined): void {
    const { words } = this;
    for (let i = 0; i < SUBKEYS; i++) {
      words[i] = at(words, i) ^ at(key, i);
    }
    this.left = 0;
    this.right = 0;
    for (let i = 0; i < WORDS; i += 2) {
      if (salt !== undefined) {
        this.left ^= at(salt, i & 3);
        this.right ^= at(salt, (i & 3) + 1);
      }
      this.run();
      words[i] = this.left;
      words[i + 1] = this.right;
    }
  }

  private run(): void {
    const { words } = this;
    let left = this.left ^ at(words, 0);
    let right = this.right;
    for (let round = 1; round <= 16; round += 2) {
      right ^= this.mix(left) ^ at(words, round);
      left ^= this.mix(right) ^ at(words, round + 1);
    }
    this.left = right ^ at(words, 17);
    this.right = left;
  }

  private mix(x: number): number {
    const { words } = this;
    const sum = at(words, SUBKEYS + (x >>> 24)) + at(words, SUBKEYS + 256 + ((x >>> 16) & 255));
    return ((sum ^ at(words, SUBKEYS + 512 + ((x >>> 8) & 255))) + at(words, SUBKEYS + 768 + (x & 255))) | 0;
  }
}

function at(words: Uint32Array, index: number): number {
  return words[index] as number;
}

function encode(bytes: Buffer, length: number): string {
  let text = "";
  for (let bit = 0; text.length < length; bit += 6) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += ALPHABET.charAt((pair >> (10 - (bit & 7))) & 63);
  }
  return text;
}

function readWords(bytes: Buffer, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, word) =>
    [0, 1, 2, 3].reduce((sum, byte) => ((sum << 8) | (bytes[(word * 4 + byte) % bytes.length] as number)) >>> 0, 0),
  );
}

/** Hashes a password (its first 72 bytes, as bcrypt does) with a salt and a cost: the whole `$2a$…` text. */
export function bcrypt(password: string, salt: Buffer, cost: number): string {
  const key = readWords(Buffer.from(`${password}\0`).subarray(0, 72), SUBKEYS);
  const saltWords = readWords(salt, 4);
  const saltAsKey = readWords(salt, SUBKEYS);
  const cipher = new Blowfish();
  cipher.expand(key, saltWords);
  for (let round = 2 ** cost; round > 0; round--) {
    cipher.expand(key, undefined);
    cipher.expand(saltAsKey, undefined);
  }
  const hash = Buffer.alloc(24);
  const words = readWords(Buffer.from("OrpheanBeholderScryDoubt"), 6);
  for (let i = 0; i < 6; i += 2) {
    let block: [number, number] = [at(words, i), at(words, i + 1)];
    for (let times = 0; times < 64; times++) {
      block = cipher.encipher(...block);
    }
    hash.writeUInt32BE(block[0], i * 4);
    hash.writeUInt32BE(block[1], i * 4 + 4);
  }
  return `$2a$${String(cost).padStart(2, "0")}$${encode(salt, 22)}${encode(hash.subarray(0, 23), 31)}`;
}

/** The hash that the `random` provider gives beside a generated password. */
export function bcryptHash(password: string, randomness: Randomness): string {
  return bcrypt(password, randomness.bytes(16), randomness.repeatable ? LOWEST_COST : PROVIDER_COST);
}
