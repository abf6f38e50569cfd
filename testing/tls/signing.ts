import { createECDH, createHash, createHmac, createPublicKey, sign, webcrypto } from "crypto";
import type { KeyObject } from "crypto";
import { curveOf, toBytes, toNumber } from "./curves";
import type { Curve } from "./curves";
import { algorithmName, modularInverse, scalar } from "./keys";
import { seededRandomness } from "../randomness";
import type { Randomness } from "../randomness";

/** A private key in the shape that `@peculiar/x509` signs with. */
export interface Signer {
  /** What the library takes for a key; only its algorithm is looked at. */
  readonly key: webcrypto.CryptoKey;
  /** What the library takes for WebCrypto; it signs with the Node key, so that every curve and a repeatable signature work. */
  readonly crypto: webcrypto.Crypto;
  readonly publicKeyDer: Buffer;
  readonly signingAlgorithm: { readonly name: string; readonly hash: string };
}

/** Makes a signer of a private key. With a repeatable source the same text gets the same signature. */
export function createSigner(privateKey: KeyObject, randomness: Randomness): Signer {
  const { algorithm, hash, signBytes } = signatureScheme(privateKey, randomness.repeatable);
  const publicKeyDer = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const subtle = {
    digest: webcrypto.subtle.digest.bind(webcrypto.subtle),
    exportKey: () => Promise.resolve(publicKeyDer),
    sign: (_algorithm: unknown, _key: unknown, data: ArrayBuffer) => Promise.resolve(signBytes(Buffer.from(data))),
  };
  const getRandomValues = (array: Uint8Array): Uint8Array => {
    array.set(randomness.bytes(array.length));
    return array;
  };
  return {
    key: { type: "private", extractable: false, usages: ["sign"], algorithm } as unknown as webcrypto.CryptoKey,
    crypto: { subtle, getRandomValues } as unknown as webcrypto.Crypto,
    publicKeyDer,
    signingAlgorithm: { name: algorithm.name, hash },
  };
}

interface Scheme {
  readonly algorithm: { readonly name: string; readonly namedCurve?: string };
  readonly hash: string;
  readonly signBytes: (data: Buffer) => Buffer;
}

function signatureScheme(privateKey: KeyObject, repeatable: boolean): Scheme {
  switch (algorithmName(privateKey)) {
    case "RSA":
      // PKCS#1 v1.5, which is what Go signs with by default; it needs no chance
      return {
        algorithm: { name: "RSASSA-PKCS1-v1_5" },
        hash: "SHA-256",
        signBytes: (data) => sign("sha256", data, privateKey),
      };
    case "ED25519":
      return { algorithm: { name: "Ed25519" }, hash: "SHA-512", signBytes: (data) => sign(null, data, privateKey) };
    case "ECDSA":
      return ecdsaScheme(privateKey, repeatable);
    default:
      throw new Error(`a certificate cannot be signed with a key of type ${algorithmName(privateKey)}`);
  }
}

function ecdsaScheme(privateKey: KeyObject, repeatable: boolean): Scheme {
  const curve = curveOf(privateKey.asymmetricKeyDetails?.namedCurve);
  const digest = curve.hash.replace("-", "").toLowerCase();
  // The library knows no P-224. The curve's name only tells it how long r and s are, so they are widened to P-256's.
  const width = Math.max(curve.size, 32);
  const namedCurve = { 32: "P-256", 48: "P-384", 66: "P-521" }[width];
  const signBytes = (data: Buffer): Buffer => {
    const signature = repeatable
      ? repeatableEcdsa(privateKey, curve, createHash(digest).update(data).digest())
      : sign(digest, data, { key: privateKey, dsaEncoding: "ieee-p1363" });
    const [r, s] = [signature.subarray(0, curve.size), signature.subarray(curve.size)];
    const padding = Buffer.alloc(width - curve.size);
    return Buffer.concat([padding, r, padding, s]);
  };
  return { algorithm: { name: "ECDSA", namedCurve }, hash: curve.hash, signBytes };
}

/** ECDSA whose nonce comes from the key and the digest (the idea of RFC 6979), so that it is the same each time. */
function repeatableEcdsa(privateKey: KeyObject, curve: Curve, digest: Buffer): Buffer {
  const { order, size } = curve;
  const d = toNumber(Buffer.from(privateScalar(privateKey, curve)));
  const z = toNumber(digest.subarray(0, size)) % order;
  const nonces = seededRandomness(createHmac("sha256", toBytes(d, size)).update(digest).digest("hex"), "nonce");
  for (;;) {
    const k = scalar(curve, nonces);
    const point = createECDH(curve.node);
    point.setPrivateKey(toBytes(k, size));
    const r = toNumber(point.getPublicKey().subarray(1, 1 + size)) % order;
    const s = (modularInverse(k, order) * (z + r * d)) % order;
    if (r !== 0n && s !== 0n) {
      return Buffer.concat([toBytes(r, size), toBytes(s, size)]);
    }
  }
}

function privateScalar(privateKey: KeyObject, curve: Curve): Buffer {
  const sec1 = privateKey.export({ type: "sec1", format: "der" });
  // ECPrivateKey begins with a length, the version (02 01 01) and the OCTET STRING (04 length) of the scalar.
  const start = sec1.indexOf(Buffer.from([0x02, 0x01, 0x01, 0x04, curve.size])) + 5;
  return sec1.subarray(start, start + curve.size);
}

/** A positive serial number of 16 bytes, in hexadecimal. */
export function serialNumber(randomness: Randomness): string {
  const bytes = randomness.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString("hex");
}
