import { isRecord, joinPath } from "../../testing/wire";
import type { KubernetesObject } from "./objects";

/**
 * What stands for a value that is not shown. Its blanks make it useless as a credential: secure-flower's pods refuse to
 * start with it, so a redacted rendering that is applied by mistake does not open a door.
 */
export const PLACEHOLDER = "<secret value not shown>";

/** One value of a Secret. */
export interface SecretValue {
  readonly path: string;
  /** The value itself: `data` is decoded. */
  readonly value: string;
}

/** Whether an object is Kubernetes' own Secret. */
export function isSecret({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === "v1" && kind === "Secret";
}

/** The values of a Secret. */
export function secretValues(object: KubernetesObject): SecretValue[] {
  const values = (key: "data" | "stringData", read: (text: string) => string): SecretValue[] =>
    Object.entries(isRecord(object[key]) ? object[key] : {}).map(([name, text]) => ({
      path: joinPath(key, name),
      value: read(String(text)),
    }));
  return [...values("data", (text) => Buffer.from(text, "base64").toString()), ...values("stringData", (text) => text)];
}

/** The object with each value of a Secret replaced; the keys stay. Other objects stay as they are. */
export function redact(object: KubernetesObject): KubernetesObject {
  if (!isSecret(object)) {
    return object;
  }
  const replace = (key: "data" | "stringData", text: string): Record<string, unknown> =>
    isRecord(object[key]) ? { [key]: Object.fromEntries(Object.keys(object[key]).map((name) => [name, text])) } : {};
  return {
    ...object,
    ...replace("data", Buffer.from(PLACEHOLDER).toString("base64")),
    ...replace("stringData", PLACEHOLDER),
  };
}
