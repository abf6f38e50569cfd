/**
 * How Pulumi's runtime writes values that are more than JSON when it talks to an engine (or to mocks): a secret, for
 * instance, is an object with a signature. The signatures are fixed by the protocol (pulumi/pulumi,
 * sdk/nodejs/runtime/rpc.ts); they are repeated here so that mocks work with whichever copy of the SDK a program loads.
 */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSET_SIGNATURES = ["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"];
const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value read from the wire: plain JSON, and where in it something special stood. */
export interface WireReading {
  /** The value without any marker; an unknown value is `undefined`. */
  readonly value: unknown;
  /** Paths (`stringData.password`, `spec.rules[0].host`) of the values that Pulumi holds secret. */
  readonly secretPaths: readonly string[];
  /** Paths of the values that only a deployment could know. */
  readonly unknownPaths: readonly string[];
  /** Paths of assets and archives, which have no JSON form. */
  readonly assetPaths: readonly string[];
}

/** Marks a value as secret, in the form in which a provider returns one. */
export function markSecret(value: unknown): unknown {
  return isMarkedSecret(value) ? value : { [SIGNATURE_KEY]: SECRET_SIGNATURE, value };
}

/** The value that stands for "known only after the deployment". */
export function unknownValue(): string {
  return UNKNOWN_VALUE;
}

function signatureOf(value: unknown): unknown {
  return isRecord(value) ? value[SIGNATURE_KEY] : undefined;
}

function isMarkedSecret(value: unknown): boolean {
  return signatureOf(value) === SECRET_SIGNATURE;
}

/** Whether a value is an object with keys (and not an array). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Appends a key to a property path: `spec.host`, or `data["tls.crt"]` where a dot would mislead. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") {
    return `${path}[${key}]`;
  }
  if (!/^[\w-]+$/.test(key)) {
    return `${path}[${JSON.stringify(key)}]`;
  }
  return path === "" ? key : `${path}.${key}`;
}

/** The value at a path that {@link joinPath} made. */
export function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const [, index, quoted, plain] of path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([\w-]+)/g)) {
    const key = plain ?? index ?? String(JSON.parse(quoted ?? '""'));
    current = (current as Record<string, unknown> | undefined | null)?.[key];
  }
  return current;
}

/** Takes every marker out of a value and says where they were. */
export function readWire(value: unknown): WireReading {
  const found = { secretPaths: [] as string[], unknownPaths: [] as string[], assetPaths: [] as string[] };
  return { value: readAt(value, "", found), ...found };
}

type Found = { secretPaths: string[]; unknownPaths: string[]; assetPaths: string[] };

function readAt(value: unknown, path: string, found: Found): unknown {
  if (value === UNKNOWN_VALUE) {
    found.unknownPaths.push(path);
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => readAt(item, joinPath(path, index), found));
  }
  return isRecord(value) ? readObject(value, path, found) : value;
}

function readObject(value: Record<string, unknown>, path: string, found: Found): unknown {
  const signature = signatureOf(value);
  if (signature === SECRET_SIGNATURE) {
    found.secretPaths.push(path);
    return readAt(value.value, path, found);
  }
  if (signature === RESOURCE_SIGNATURE) {
    return readAt(value.id ?? value.urn, path, found);
  }
  if (typeof signature === "string" && ASSET_SIGNATURES.includes(signature)) {
    found.assetPaths.push(path);
    return undefined;
  }
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const read = readAt(item, joinPath(path, key), found);
    if (read !== undefined) {
      plain[key] = read;
    }
  }
  return plain;
}
