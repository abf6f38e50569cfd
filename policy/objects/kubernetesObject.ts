import { ifKnown, Part, type Path } from "./part";

/** Where an object was found. */
export interface Origin {
  /** For people: `flower.yaml`, or a URN. */
  readonly name: string;
  /** Line and column of a part, both from 1, where the object was read from text. */
  readonly locate?: (path: Path) => { line: number; column: number } | undefined;
}

/** One Kubernetes object, of whatever shape. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly root: Part;
  readonly origin: Origin;
  /** The namespace of objects that name none. */
  readonly defaultNamespace: string;
}

/** No List of any tool is nested; a text that nests them without end must not be followed without end. */
const DEEPEST_LIST = 4;

/** Further facts for {@link objectsOf}. */
export interface ObjectOptions {
  readonly origin: Origin;
  readonly defaultNamespace?: string;
  /** Where inputs carry no apiVersion and kind of their own. */
  readonly type?: { readonly apiVersion: string; readonly kind: string };
}

/** The objects that a value stands for: none, one, or the items of a List. */
export function objectsOf(value: unknown, options: ObjectOptions): KubernetesObject[] {
  return expand(new Part(value), options, DEEPEST_LIST);
}

function expand(root: Part, options: ObjectOptions, depth: number): KubernetesObject[] {
  const { origin, defaultNamespace = "default" } = options;
  const apiVersion = ifKnown(() => root.at("apiVersion").text, undefined) ?? options.type?.apiVersion;
  const kind = ifKnown(() => root.at("kind").text, undefined) ?? options.type?.kind;
  if (apiVersion === undefined || kind === undefined) return [];
  const items = kind.endsWith("List") ? ifKnown(() => root.at("items").items, []) : [];
  if (items.length === 0) return [{ apiVersion, kind, root, origin, defaultNamespace }];
  if (depth === 0) return [];
  // The items of a typed list (`DeploymentList`) need not repeat what they are.
  const type = { apiVersion, kind: kind.slice(0, -"List".length) };
  return items.flatMap((item) => expand(item, { ...options, type }, depth - 1));
}

/** The part of an object at a path that begins at the object itself. */
export function part(object: KubernetesObject, ...path: Path): Part {
  return object.root.at(...path);
}

/** `metadata.name`. */
export function nameOf(object: KubernetesObject): string {
  return part(object, "metadata", "name").text ?? "";
}

/** `metadata.namespace`, or the default one. */
export function namespaceOf(object: KubernetesObject): string {
  return part(object, "metadata", "namespace").text ?? object.defaultNamespace;
}

/** How an object is called in messages: `Deployment flower/queues`. */
export function titleOf(object: KubernetesObject): string {
  const name = ifKnown(() => nameOf(object), "") || "(name not known yet)";
  return `${object.kind} ${ifKnown(() => namespaceOf(object), "?")}/${name}`;
}

/** The API group: "" for the core. */
export function groupOf({ apiVersion }: KubernetesObject): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
