/** What is particular to one elliptic curve. */
export interface Curve {
  /** OpenSSL's name, which Node uses. */
  readonly node: string;
  /** Bytes of a coordinate, and of the group's order. */
  readonly size: number;
  /** How many private keys there are. */
  readonly order: bigint;
  /** The object identifier in DER. */
  readonly oid: Buffer;
  /** The digest that Go, and so the tls provider, signs with. */
  readonly hash: "SHA-256" | "SHA-384" | "SHA-512";
  /** OpenSSH's name; it has none for P-224. */
  readonly ssh: string | undefined;
}

/** The curves of the tls provider, by the name that its `ecdsaCurve` takes. Orders: FIPS 186-4, appendix D.1.2. */
export const curves: Readonly<Record<string, Curve>> = {
  P224: {
    node: "secp224r1",
    size: 28,
    order: BigInt("0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d"),
    oid: Buffer.from("06052b81040021", "hex"),
    hash: "SHA-256",
    ssh: undefined,
  },
  P256: {
    node: "prime256v1",
    size: 32,
    order: BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    oid: Buffer.from("06082a8648ce3d030107", "hex"),
    hash: "SHA-256",
    ssh: "nistp256",
  },
  P384: {
    node: "secp384r1",
    size: 48,
    order: BigInt(`0x${"f".repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`),
    oid: Buffer.from("06052b81040022", "hex"),
    hash: "SHA-384",
    ssh: "nistp384",
  },
  P521: {
    node: "secp521r1",
    size: 66,
    order: BigInt(`0x01${"f".repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
    oid: Buffer.from("06052b81040023", "hex"),
    hash: "SHA-512",
    ssh: "nistp521",
  },
};

/** The curve of a key that Node has read. */
export function curveOf(nodeName: string | undefined): Curve {
  const curve = Object.values(curves).find(({ node }) => node === nodeName);
  if (curve === undefined) {
    throw new Error(`keys on the curve ${String(nodeName)} are not supported; use P224, P256, P384 or P521`);
  }
  return curve;
}

/** A number as bytes, most significant first. */
export function toBytes(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, "0"), "hex");
}

/** Bytes, most significant first, as a number. */
export function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString("hex")}`);
}
