/** A rendered Kubernetes object: plain data, as `render` prints it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** The part of an object's metadata that the runtime looks at. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

const DEFAULT_NAMESPACE = "default";

/** The namespace that an object lands in when it names none. */
export function namespaceOf(object: KubernetesObject): string {
  return object.metadata.namespace ?? DEFAULT_NAMESPACE;
}

/** All objects of a kind. */
export function objectsOfKind(objects: readonly KubernetesObject[], kind: string): KubernetesObject[] {
  return objects.filter((object) => object.kind === kind);
}

/** The object of that kind and name, or undefined. */
export function findObject(
  objects: readonly KubernetesObject[],
  kind: string,
  namespace: string,
  name: string,
): KubernetesObject | undefined {
  return objectsOfKind(objects, kind).find(
    (object) => object.metadata.name === name && namespaceOf(object) === namespace,
  );
}

/**
 * The content of a Secret or a ConfigMap by key, as bytes. `stringData` wins over `data`, as in the API server.
 *
 * @returns undefined when there is no such object.
 */
export function contentOf(
  objects: readonly KubernetesObject[],
  kind: "Secret" | "ConfigMap",
  namespace: string,
  name: string,
): Map<string, Buffer> | undefined {
  const object = findObject(objects, kind, namespace, name);
  if (object === undefined) return undefined;
  const content = new Map<string, Buffer>();
  const add = (field: string, encoding: BufferEncoding): void => {
    for (const [key, value] of Object.entries((object[field] ?? {}) as Record<string, string>)) {
      content.set(key, Buffer.from(value, encoding));
    }
  };
  if (kind === "ConfigMap") {
    add("data", "utf8");
    add("binaryData", "base64");
  } else {
    add("data", "base64");
    add("stringData", "utf8");
  }
  return content;
}
