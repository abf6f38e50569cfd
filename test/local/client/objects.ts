import type { KubernetesObject } from "../../../local/pod";

/** The part of a rendered pod that attacks and mutations look at or change. */
export interface PodSpec {
  containers: ContainerSpec[];
  initContainers?: ContainerSpec[];
  volumes: Record<string, unknown>[];
  [field: string]: unknown;
}

/** The part of a container. */
export interface ContainerSpec {
  name: string;
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  securityContext: Record<string, unknown>;
  lifecycle?: unknown;
  startupProbe?: { periodSeconds?: number; failureThreshold?: number };
  [field: string]: unknown;
}

/** The rendered object of that kind and name. */
export function objectNamed(objects: readonly KubernetesObject[], kind: string, name = "queues"): KubernetesObject {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name} was rendered`);
  return found;
}

/** The spec of an object, for reading or, in a copy, for changing. */
export function specOf(objects: readonly KubernetesObject[], kind: string): Record<string, unknown> {
  return objectNamed(objects, kind).spec as Record<string, unknown>;
}

/** The pod's spec. */
export function podSpecOf(objects: readonly KubernetesObject[]): PodSpec {
  return (specOf(objects, "Deployment") as { template: { spec: PodSpec } }).template.spec;
}

/** A container's spec, by name. */
export function containerOf(objects: readonly KubernetesObject[], name: string): ContainerSpec {
  const found = podSpecOf(objects).containers.find((container) => container.name === name);
  if (found === undefined) throw new Error(`the pod has no container ${name}`);
  return found;
}

/** The files of a ConfigMap. */
export function configFiles(objects: readonly KubernetesObject[], name: string): Record<string, string> {
  return objectNamed(objects, "ConfigMap", name).data as Record<string, string>;
}

/** The nginx.conf. */
export function nginxConf(objects: readonly KubernetesObject[]): string {
  return configFiles(objects, "queues-nginx")["nginx.conf"] ?? "";
}

/** A copy of the objects, changed. */
export function changed(
  objects: readonly KubernetesObject[],
  change: (copy: KubernetesObject[]) => void,
): KubernetesObject[] {
  const copy = structuredClone([...objects]);
  change(copy);
  return copy;
}

/** A copy with another nginx.conf. */
export function withNginxConf(
  objects: readonly KubernetesObject[],
  change: (text: string) => string,
): KubernetesObject[] {
  return changed(objects, (copy) => {
    configFiles(copy, "queues-nginx")["nginx.conf"] = change(nginxConf(copy));
  });
}

/** A copy whose source ranges let every IPv6 address in. */
export function withIpv6Clients(objects: readonly KubernetesObject[]): KubernetesObject[] {
  const sources = /(geo \$client \$\w+_source \{\s+default 0;)/g;
  return withNginxConf(objects, (text) => replaced(text, sources, "$1 ::/0 1;"));
}

/** A copy with one of the Python files changed. */
export function withScript(
  objects: readonly KubernetesObject[],
  file: string,
  change: (text: string) => string,
): KubernetesObject[] {
  return changed(objects, (copy) => {
    const files = configFiles(copy, "queues-flower");
    files[file] = change(files[file] ?? "");
  });
}

/** A copy with another value of one of a Flower's variables. */
export function withVariable(
  objects: readonly KubernetesObject[],
  container: string,
  variable: string,
  value: string,
): KubernetesObject[] {
  return changed(objects, (copy) => {
    const entry = containerOf(copy, container).env?.find(({ name }) => name === variable);
    if (entry === undefined) throw new Error(`${container} has no variable ${variable}`);
    entry.value = value;
  });
}

/** A copy whose viewers' Flower signs with the admins' cookie secret. */
export function withSharedCookieSecret(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return changed(objects, (copy) => {
    const volume = podSpecOf(copy).volumes.find(({ name }) => name === "viewer-cookie");
    const [item] = (volume as { secret: { items: { key: string }[] } } | undefined)?.secret.items ?? [];
    if (item === undefined) throw new Error("the pod has no volume viewer-cookie");
    item.key = "admin";
  });
}

/** Replaces a piece of text everywhere; a piece that is not there is an error, so that no change is empty. */
export function replaced(text: string, piece: string | RegExp, by: string): string {
  const result = typeof piece === "string" ? text.replaceAll(piece, by) : text.replace(piece, by);
  if (result === text) throw new Error(`nothing to replace: ${String(piece)}`);
  return result;
}

/** Without what only costs time when a pod is replaced dozens of times: the wait before it stops, and rare start-up probes. */
export function rollsQuickly(objects: KubernetesObject[]): KubernetesObject[] {
  return changed(objects, (copy) => {
    for (const container of podSpecOf(copy).containers) {
      delete container.lifecycle;
      if (container.startupProbe) Object.assign(container.startupProbe, { periodSeconds: 1, failureThreshold: 60 });
    }
  });
}
