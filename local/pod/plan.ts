import { containerEnvironment, expandVariables, type PodIdentity } from "./environment";
import { readFields } from "./honoured";
import type { Bind, Recipe, RecipeFinder } from "./images";
import { namespaceOf, objectsOfKind, type KubernetesObject } from "./objects";
import type { ContainerSpec, HostAlias, PodSpec, PodTemplate, ProbeSpec } from "./podSpec";
import { planVolumes, type VolumePlan } from "./volumes";

/** Everything that is needed to start one container; no reference is left to resolve. */
export interface ContainerPlan {
  name: string;
  argv: string[];
  environment: Record<string, string>;
  workingDirectory: string;
  uid: number;
  gid: number;
  groups: number[];
  readOnlyRoot: boolean;
  /** What the stand-in for the image brings. */
  binds: Bind[];
  mounts: { volume: string; path: string; subPath: string | undefined; readOnly: boolean }[];
  stopSignal: NodeJS.Signals;
  preStopSeconds: number;
  ports: Record<string, number>;
  probes: { startup: ProbeSpec | undefined; readiness: ProbeSpec | undefined; liveness: ProbeSpec | undefined };
}

/** Everything that is needed to start a pod. */
export interface PodPlan {
  identity: PodIdentity;
  hostname: string;
  hostAliases: readonly HostAlias[];
  graceSeconds: number;
  fsGroup: number | undefined;
  volumes: VolumePlan[];
  initContainers: ContainerPlan[];
  containers: ContainerPlan[];
  /** Fields of the manifest that have no effect on this machine, by path. */
  notApplied: string[];
}

const DEFAULT_GRACE_SECONDS = 30;

/**
 * Turns the one Deployment among rendered objects into a plan for its pod, or throws one error that lists every field
 * which the runtime cannot honour.
 */
export function planPod(
  objects: readonly KubernetesObject[],
  recipes: RecipeFinder,
  addresses: { pod: string; node: string },
): PodPlan {
  const deployment = theDeployment(objects);
  const spec = deployment.spec as { template: PodTemplate };
  const fields = readFields(spec);
  if (fields.refused.length > 0) {
    const name = `Deployment "${deployment.metadata.name}"`;
    throw new Error(`The demo cannot honour these fields of the ${name}:\n  ${fields.refused.join("\n  ")}`);
  }
  const pod = spec.template.spec;
  const identity: PodIdentity = {
    name: `${deployment.metadata.name}-0`,
    namespace: namespaceOf(deployment),
    address: addresses.pod,
    nodeAddress: addresses.node,
    labels: spec.template.metadata?.labels ?? {},
  };
  const plan = (container: ContainerSpec): ContainerPlan => planContainer(container, pod, objects, recipes, identity);
  return {
    identity,
    hostname: pod.hostname ?? identity.name,
    hostAliases: pod.hostAliases ?? [],
    graceSeconds: pod.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS,
    fsGroup: pod.securityContext?.fsGroup,
    volumes: planVolumes(pod, objects, identity.namespace),
    initContainers: (pod.initContainers ?? []).map(plan),
    containers: pod.containers.map(plan),
    notApplied: fields.notApplied,
  };
}

function theDeployment(objects: readonly KubernetesObject[]): KubernetesObject {
  const [deployment, ...others] = objectsOfKind(objects, "Deployment");
  if (deployment === undefined || others.length > 0) {
    throw new Error(
      `The demo brings up one Deployment; the program renders ${objectsOfKind(objects, "Deployment").length}.`,
    );
  }
  return deployment;
}

function planContainer(
  container: ContainerSpec,
  pod: PodSpec,
  objects: readonly KubernetesObject[],
  recipes: RecipeFinder,
  identity: PodIdentity,
): ContainerPlan {
  const recipe = standIn(container, recipes);
  const given = containerEnvironment(container, objects, identity, pod.enableServiceLinks ?? true);
  return {
    name: container.name,
    argv: planCommand(container, given),
    environment: { ...recipe.environment, HOSTNAME: pod.hostname ?? identity.name, HOME: "/", ...given },
    workingDirectory: container.workingDir ?? "/",
    ...planUser(container, pod, recipe),
    readOnlyRoot: container.securityContext?.readOnlyRootFilesystem ?? false,
    binds: recipe.binds,
    mounts: planMounts(container, pod),
    stopSignal: (container.lifecycle?.stopSignal as NodeJS.Signals | undefined) ?? recipe.stopSignal,
    preStopSeconds: container.lifecycle?.preStop?.sleep?.seconds ?? 0,
    ports: namedPorts(container),
    probes: {
      startup: container.startupProbe,
      readiness: container.readinessProbe,
      liveness: container.livenessProbe,
    },
  };
}

function standIn({ image, name }: ContainerSpec, recipes: RecipeFinder): Recipe {
  const recipe = recipes(image);
  if (recipe !== undefined) return recipe;
  throw new Error(`The demo has nothing that stands in for the image "${image}" (container "${name}").`);
}

function planCommand({ name, command, args }: ContainerSpec, environment: Readonly<Record<string, string>>): string[] {
  if (command === undefined) {
    throw new Error(`The demo cannot honour the container "${name}": it relies on its image's entry point.`);
  }
  return [...command, ...(args ?? [])].map((word) => expandVariables(word, environment));
}

function planMounts({ volumeMounts }: ContainerSpec, pod: PodSpec): ContainerPlan["mounts"] {
  const writable = new Set(
    pod.volumes?.filter((volume) => volume.emptyDir ?? volume.persistentVolumeClaim).map((volume) => volume.name),
  );
  const mounts = (volumeMounts ?? []).map((mount) => ({
    volume: mount.name,
    path: mount.mountPath,
    subPath: mount.subPath,
    // The kubelet mounts Secrets and ConfigMaps read-only whatever the manifest says.
    readOnly: mount.readOnly === true || !writable.has(mount.name),
  }));
  // Outer ones first, or they would hide those inside.
  return mounts.sort((one, other) => one.path.length - other.path.length);
}

function namedPorts(container: ContainerSpec): Record<string, number> {
  const ports = container.ports ?? [];
  return Object.fromEntries(
    ports.flatMap((port) => (port.name === undefined ? [] : [[port.name, port.containerPort]])),
  );
}

function planUser(
  container: ContainerSpec,
  pod: PodSpec,
  recipe: Recipe,
): Pick<ContainerPlan, "uid" | "gid" | "groups"> {
  const uid = container.securityContext?.runAsUser ?? pod.securityContext?.runAsUser ?? recipe.uid;
  const gid = container.securityContext?.runAsGroup ?? pod.securityContext?.runAsGroup ?? recipe.gid;
  const nonRoot = container.securityContext?.runAsNonRoot ?? pod.securityContext?.runAsNonRoot ?? false;
  if (nonRoot && uid === 0) {
    throw new Error(`The container "${container.name}" has runAsNonRoot but would run as root.`);
  }
  const { fsGroup, supplementalGroups } = pod.securityContext ?? {};
  const groups = [...(fsGroup === undefined ? [] : [fsGroup]), ...(supplementalGroups ?? [])];
  return { uid, gid, groups };
}
