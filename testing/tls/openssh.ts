import { createHash, createPublicKey } from "crypto";
import type { JsonWebKey, KeyObject } from "crypto";
import { curveOf } from "./curves";
import { algorithmName } from "./keys";
import type { Randomness } from "../randomness";

/** A key as OpenSSH writes it (RFC 4253, RFC 5656; PROTOCOL.key in its sources). */
export interface OpensshForms {
  readonly privateKeyOpenssh: string;
  readonly publicKeyOpenssh: string;
  readonly publicKeyFingerprintMd5: string;
  readonly publicKeyFingerprintSha256: string;
}

const NONE: OpensshForms = {
  privateKeyOpenssh: "",
  publicKeyOpenssh: "",
  publicKeyFingerprintMd5: "",
  publicKeyFingerprintSha256: "",
};

/** All of OpenSSH's forms of a key; empty texts for P-224, which OpenSSH does not have. */
export function opensshForms(privateKey: KeyObject, randomness: Randomness): OpensshForms {
  const parts = keyParts(privateKey);
  if (parts === undefined) {
    return NONE;
  }
  const blob = Buffer.concat([field(parts.type), ...parts.publicFields.map(field)]);
  const md5 = createHash("md5").update(blob).digest("hex");
  return {
    privateKeyOpenssh: privateFile(parts, blob, randomness),
    publicKeyOpenssh: `${parts.type} ${blob.toString("base64")}\n`,
    publicKeyFingerprintMd5: (md5.match(/../g) ?? []).join(":"),
    publicKeyFingerprintSha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
  };
}

interface KeyParts {
  readonly type: string;
  readonly publicFields: readonly Buffer[];
  readonly privateFields: readonly Buffer[];
}

function keyParts(privateKey: KeyObject): KeyParts | undefined {
  switch (algorithmName(privateKey)) {
    case "RSA":
      return rsaParts(privateKey.export({ format: "jwk" }));
    case "ED25519": {
      const { x, d } = privateKey.export({ format: "jwk" });
      const point = decode(x);
      return { type: "ssh-ed25519", publicFields: [point], privateFields: [point, Buffer.concat([decode(d), point])] };
    }
    default:
      return ecParts(privateKey);
  }
}

function rsaParts({ n, e, d, p, q, qi }: JsonWebKey): KeyParts {
  const number = (text: string | undefined): Buffer => positive(decode(text));
  return {
    type: "ssh-rsa",
    publicFields: [number(e), number(n)],
    privateFields: [number(n), number(e), number(d), number(qi), number(p), number(q)],
  };
}

function ecParts(privateKey: KeyObject): KeyParts | undefined {
  const { ssh } = curveOf(privateKey.asymmetricKeyDetails?.namedCurve);
  if (ssh === undefined) {
    return undefined;
  }
  const { x, y } = createPublicKey(privateKey).export({ format: "jwk" });
  const { d } = privateKey.export({ format: "jwk" });
  const publicFields = [Buffer.from(ssh), Buffer.concat([Buffer.from([4]), decode(x), decode(y)])];
  return { type: `ecdsa-sha2-${ssh}`, publicFields, privateFields: [...publicFields, positive(decode(d))] };
}

function privateFile(parts: KeyParts, publicBlob: Buffer, randomness: Randomness): string {
  const check = randomness.bytes(4);
  const content = [check, check, field(parts.type), ...parts.privateFields.map(field), field("")];
  const unpadded = Buffer.concat(content);
  const padding = Buffer.from(Array.from({ length: (8 - (unpadded.length % 8)) % 8 }, (_, index) => index + 1));
  const one = Buffer.from([0, 0, 0, 1]);
  const file = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    one,
    field(publicBlob),
    field(Buffer.concat([unpadded, padding])),
  ]);
  const lines = file.toString("base64").match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join("\n")}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function decode(text: string | undefined): Buffer {
  return Buffer.from(text ?? "", "base64url");
}

/** An SSH `mpint`: without needless zero bytes, and with one where the top bit would make it negative. */
function positive(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const trimmed = start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
  return (trimmed[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed;
}

function field(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
