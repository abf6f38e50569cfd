import { encodeBase64, hash } from "bcryptjs";
import type { Randomness } from "./randomness";

/** What the provider hashes with. Repeatable values guard nothing, so they get the cheapest cost that there is. */
const PROVIDER_COST = 10;
const LOWEST_COST = 4;
const SALT_BYTES = 16;

/**
 * The hash that the `random` provider gives beside a generated password: a real one, since a made-up one would let a rendered
 * password file refuse its own password. https://www.pulumi.com/registry/packages/random/api-docs/randompassword/
 */
export function bcryptHash(password: string, randomness: Randomness): Promise<string> {
  const cost = String(randomness.repeatable ? LOWEST_COST : PROVIDER_COST).padStart(2, "0");
  const salt = encodeBase64(randomness.bytes(SALT_BYTES), SALT_BYTES);
  return hash(password, `$2a$${cost}$${salt}`);
}
