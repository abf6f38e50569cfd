import { isKubernetesObject } from "../../testing/kubernetes";
import { isRecord } from "../../testing/wire";
import { programError } from "./errors";
import type { RenderedResource } from "./protocol";

/** A Kubernetes object, ready to be printed. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** An object with the marks that Pulumi's types leave no room for. */
export interface MarkedObject {
  readonly object: KubernetesObject;
  /** Property paths that Pulumi holds secret. */
  readonly secretPaths: readonly string[];
}

/** The Kubernetes objects among a program's resources; an error, listing all, if one of them needs an engine or a cluster. */
export function collectObjects(resources: readonly RenderedResource[]): MarkedObject[] {
  const registered = resources.filter(({ read, type }) => !read && type.startsWith("kubernetes:"));
  const problems = registered.flatMap(problemsOf);
  if (problems.length > 0) {
    throw programError(
      `the program cannot be rendered without an engine:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
  const marked = registered.map((resource) => ({ object: toObject(resource), secretPaths: resource.secretInputs }));
  refuseDuplicates(marked);
  return marked;
}

function problemsOf({ type, name, custom, inputs, unknownInputs, assetInputs }: RenderedResource): string[] {
  const title = `${type} ${JSON.stringify(name)}`;
  if (!custom || !isKubernetesObject(type)) {
    return [`${title} is expanded by the Kubernetes provider only (charts, releases, files of YAML, kustomizations)`];
  }
  if (type.endsWith("Patch") && !String(inputs.kind).endsWith("Patch")) {
    return [`${title} changes an object that exists in a cluster`];
  }
  if (/^kubernetes:[a-z0-9./]+:\w+List$/.test(type) && Array.isArray(inputs.items)) {
    return [`${title} is a list: declare its items one by one`];
  }
  return [
    ...unknownInputs.map((path) => `${title}: ${path} is known only after a deployment`),
    ...assetInputs.map((path) => `${title}: ${path} is an asset, which a Kubernetes object cannot hold`),
  ];
}

function toObject({ inputs, outputs }: RenderedResource): KubernetesObject {
  const { apiVersion, kind, metadata: written, ...rest } = inputs as Record<string, unknown>;
  const completed = isRecord(outputs?.metadata) ? outputs.metadata : written;
  const { name, namespace, labels, annotations, ...others } = isRecord(completed) ? completed : {};
  const metadata = { name, namespace, labels, annotations: withoutPulumi(annotations), ...others };
  return withoutNothing({ apiVersion, kind, metadata, ...rest }) as KubernetesObject;
}

/** Annotations that steer Pulumi mean nothing to whoever applies the object. */
function withoutPulumi(annotations: unknown): unknown {
  if (!isRecord(annotations)) {
    return annotations;
  }
  const kept = Object.entries(annotations).filter(([key]) => !key.startsWith("pulumi.com/"));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** Takes out members that are undefined or null: to Kubernetes they are the same as not being there. */
function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNothing);
  }
  if (!isRecord(value)) {
    return value;
  }
  const kept = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNothing(item)]));
}

function refuseDuplicates(marked: readonly MarkedObject[]): void {
  const seen = new Set<string>();
  for (const { object } of marked) {
    const id = `${object.apiVersion.replace(/\/.*/, "")} ${titleOf(object)}`;
    if (seen.has(id)) {
      throw programError(`the program makes ${titleOf(object)} twice: give one of the two a metadata.name of its own`);
    }
    seen.add(id);
  }
}

/** How an object is called in messages: `ConfigMap flower/queues-nginx`. */
export function titleOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
}
