import { contentOf, namespaceOf, objectsOfKind, type KubernetesObject } from "./objects";
import type { ContainerSpec, EnvFrom, EnvVar, KeyReference } from "./podSpec";

/** What the downward API can tell a container about its pod. */
export interface PodIdentity {
  name: string;
  namespace: string;
  address: string;
  nodeAddress: string;
  labels: Record<string, string>;
}

/**
 * The environment that the manifest gives a container: service links, then `envFrom`, then `env`, as the kubelet does it, with
 * `$(NAME)` expanded.
 */
export function containerEnvironment(
  container: ContainerSpec,
  objects: readonly KubernetesObject[],
  pod: PodIdentity,
  serviceLinks: boolean,
): Record<string, string> {
  const environment: Record<string, string> = serviceLinks ? serviceLinkVariables(objects, pod.namespace) : {};
  for (const source of container.envFrom ?? []) Object.assign(environment, readEnvFrom(source, objects, pod));
  for (const variable of container.env ?? []) {
    const value = readVariable(variable, objects, pod, environment);
    if (value !== undefined) environment[variable.name] = value;
  }
  return environment;
}

/** `$(NAME)` becomes the variable's value, `$$(NAME)` the literal; an unknown name stays as it is, as in Kubernetes. */
export function expandVariables(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\$|\(([-._a-zA-Z0-9]+)\))/g, (match: string, what: string, name?: string) => {
    if (what === "$") return "$";
    return (name === undefined ? undefined : environment[name]) ?? match;
  });
}

function readVariable(
  variable: EnvVar,
  objects: readonly KubernetesObject[],
  pod: PodIdentity,
  soFar: Readonly<Record<string, string>>,
): string | undefined {
  const { valueFrom } = variable;
  if (valueFrom?.secretKeyRef) return readKey("Secret", valueFrom.secretKeyRef, objects, pod.namespace);
  if (valueFrom?.configMapKeyRef) return readKey("ConfigMap", valueFrom.configMapKeyRef, objects, pod.namespace);
  if (valueFrom?.fieldRef) return readField(valueFrom.fieldRef.fieldPath, pod);
  return expandVariables(variable.value ?? "", soFar);
}

function readKey(
  kind: "Secret" | "ConfigMap",
  reference: KeyReference,
  objects: readonly KubernetesObject[],
  namespace: string,
): string | undefined {
  const value = contentOf(objects, kind, namespace, reference.name)?.get(reference.key);
  if (value === undefined && reference.optional !== true) {
    throw new Error(
      `The pod needs the key "${reference.key}" of the ${kind} "${namespace}/${reference.name}": not found.`,
    );
  }
  return value?.toString("utf8");
}

function readEnvFrom(source: EnvFrom, objects: readonly KubernetesObject[], pod: PodIdentity): Record<string, string> {
  const kind = source.secretRef ? "Secret" : "ConfigMap";
  const reference = source.secretRef ?? source.configMapRef;
  if (reference === undefined) return {};
  const content = contentOf(objects, kind, pod.namespace, reference.name);
  if (content === undefined && reference.optional !== true) {
    throw new Error(`The pod needs the ${kind} "${pod.namespace}/${reference.name}": not found.`);
  }
  const named = [...(content ?? [])].map(([key, value]) => [`${source.prefix ?? ""}${key}`, value.toString("utf8")]);
  return Object.fromEntries(named) as Record<string, string>;
}

function readField(path: string, pod: PodIdentity): string {
  const label = /^metadata\.labels\['(.+)'\]$/.exec(path)?.[1];
  if (label !== undefined) return pod.labels[label] ?? "";
  const fields: Record<string, string> = {
    "metadata.name": pod.name,
    "metadata.namespace": pod.namespace,
    "status.podIP": pod.address,
    "status.hostIP": pod.nodeAddress,
  };
  const value = fields[path];
  if (value === undefined) throw new Error(`The demo cannot honour the fieldRef "${path}".`);
  return value;
}

/**
 * The Docker-style variables that the kubelet adds for each Service of the namespace unless `enableServiceLinks` is false. They matter:
 * a Service called `flower` sets FLOWER_PORT=tcp://…, on which Flower crashes.
 */
function serviceLinkVariables(objects: readonly KubernetesObject[], namespace: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const services = objectsOfKind(objects, "Service").filter((service) => namespaceOf(service) === namespace);
  services.forEach((service, index) => {
    const port = (service.spec as { ports?: { port: number }[] } | undefined)?.ports?.[0]?.port;
    if (port === undefined) return;
    const prefix = service.metadata.name.toUpperCase().replace(/-/g, "_");
    const address = `192.0.2.${200 + index}`;
    variables[`${prefix}_SERVICE_HOST`] = address;
    variables[`${prefix}_SERVICE_PORT`] = String(port);
    variables[`${prefix}_PORT`] = `tcp://${address}:${port}`;
    variables[`${prefix}_PORT_${port}_TCP`] = `tcp://${address}:${port}`;
    variables[`${prefix}_PORT_${port}_TCP_PROTO`] = "tcp";
    variables[`${prefix}_PORT_${port}_TCP_PORT`] = String(port);
    variables[`${prefix}_PORT_${port}_TCP_ADDR`] = address;
  });
  return variables;
}
