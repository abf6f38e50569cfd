import { checkPrimeSync, createECDH, createPrivateKey, generateKeyPairSync } from "crypto";
import type { KeyObject } from "crypto";
import { curves, toBytes, toNumber } from "./curves";
import type { Curve } from "./curves";
import { der } from "./der";
import type { Randomness } from "../randomness";

/** Which key to make, in the words of the tls provider. */
export interface KeyRequest {
  /** RSA, ECDSA or ED25519. */
  readonly algorithm: string;
  readonly ecdsaCurve: string;
  readonly rsaBits: number;
}

/** Makes a private key: by OpenSSL, or from the repeatable source's bytes. */
export function generateKey(request: KeyRequest, randomness: Randomness): KeyObject {
  switch (request.algorithm) {
    case "RSA":
      return randomness.repeatable
        ? repeatableRsaKey(request.rsaBits, randomness)
        : generateKeyPairSync("rsa", { modulusLength: request.rsaBits }).privateKey;
    case "ECDSA": {
      const curve = namedCurve(request.ecdsaCurve);
      return randomness.repeatable
        ? repeatableEcKey(curve, randomness)
        : generateKeyPairSync("ec", { namedCurve: curve.node }).privateKey;
    }
    case "ED25519":
      return randomness.repeatable ? repeatableEd25519Key(randomness) : generateKeyPairSync("ed25519").privateKey;
    default:
      throw new Error(`algorithm must be RSA, ECDSA or ED25519; it is ${JSON.stringify(request.algorithm)}`);
  }
}

/** The provider's name of a key's algorithm. */
export function algorithmName(key: KeyObject): string {
  const names: Record<string, string> = { ec: "ECDSA", rsa: "RSA", ed25519: "ED25519" };
  return names[key.asymmetricKeyType ?? ""] ?? String(key.asymmetricKeyType);
}

function namedCurve(name: string): Curve {
  const curve = curves[name];
  if (curve === undefined) {
    throw new Error(`ecdsaCurve must be one of ${Object.keys(curves).join(", ")}; it is ${JSON.stringify(name)}`);
  }
  return curve;
}

/** A number from 1 to the order less one. Sixteen bytes too many are drawn, so that all are as good as equally likely. */
export function scalar(curve: Curve, randomness: Randomness): bigint {
  return (toNumber(randomness.bytes(curve.size + 16)) % (curve.order - 1n)) + 1n;
}

function repeatableEcKey(curve: Curve, randomness: Randomness): KeyObject {
  const privateBytes = toBytes(scalar(curve, randomness), curve.size);
  const point = createECDH(curve.node);
  point.setPrivateKey(privateBytes);
  // ECPrivateKey, RFC 5915
  const key = der.sequence(
    der.integer(1),
    der.octets(privateBytes),
    der.context(0, curve.oid),
    der.context(1, der.bits(point.getPublicKey())),
  );
  return createPrivateKey({ key, format: "der", type: "sec1" });
}

function repeatableEd25519Key(randomness: Randomness): KeyObject {
  // PrivateKeyInfo, RFC 8410; the seed is an OCTET STRING within an OCTET STRING
  const algorithm = der.sequence(Buffer.from("06032b6570", "hex"));
  const key = der.sequence(der.integer(0), algorithm, der.octets(der.octets(randomness.bytes(32))));
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

function repeatableRsaKey(bits: number, randomness: Randomness): KeyObject {
  const e = 65537n;
  const p = prime(bits / 2, e, randomness);
  const q = prime(bits - bits / 2, e, randomness);
  const n = p * q;
  const d = modularInverse(e, (p - 1n) * (q - 1n));
  const number = (value: bigint): string => {
    const hex = value.toString(16);
    return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
  };
  const key = {
    kty: "RSA",
    n: number(n),
    e: number(e),
    d: number(d),
    p: number(p),
    q: number(q),
    dp: number(d % (p - 1n)),
    dq: number(d % (q - 1n)),
    qi: number(modularInverse(q, p)),
  };
  return createPrivateKey({ key, format: "jwk" });
}

function prime(bits: number, e: bigint, randomness: Randomness): bigint {
  for (;;) {
    const drawn = BigInt.asUintN(bits, toNumber(randomness.bytes(Math.ceil(bits / 8))));
    // The two top bits make the product of two such primes exactly twice as long.
    const candidate = drawn | (3n << BigInt(bits - 2)) | 1n;
    if ((candidate - 1n) % e !== 0n && checkPrimeSync(candidate)) {
      return candidate;
    }
  }
}

/** The number whose product with `value` leaves 1 (extended Euclid). */
export function modularInverse(value: bigint, modulus: bigint): bigint {
  let [oldRest, rest] = [((value % modulus) + modulus) % modulus, modulus];
  let [oldFactor, factor] = [1n, 0n];
  while (rest !== 0n) {
    const quotient = oldRest / rest;
    [oldRest, rest] = [rest, oldRest - quotient * rest];
    [oldFactor, factor] = [factor, oldFactor - quotient * factor];
  }
  return ((oldFactor % modulus) + modulus) % modulus;
}
