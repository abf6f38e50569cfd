import { nameOf, part, type KubernetesObject } from "./kubernetesObject";
import type { Part } from "./part";

/** The pods that an object makes: its template, or itself. */
export interface PodTemplate {
  readonly object: KubernetesObject;
  readonly metadata: Part;
  readonly spec: Part;
}

/** The pod template of an object; custom resources that hold one where a Deployment does (Argo's Rollout, Knative's Service) count too. */
export function podTemplateOf(object: KubernetesObject): PodTemplate | undefined {
  const base = templateOf(object);
  const containers = base.at("spec", "containers");
  if (containers.items.length === 0) return undefined;
  return { object, metadata: base.at("metadata"), spec: base.at("spec") };
}

/** The objects that make pods and nothing else: in a preview that does not know what is in one, pods will be in it. */
const WORKLOADS = new Set([
  ...["Pod", "PodTemplate", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"],
  ...["Job", "CronJob", "ScaledJob", "Rollout"],
]);

/** Whether an object makes pods, whatever is known of them. */
export function isWorkload({ kind }: KubernetesObject): boolean {
  return WORKLOADS.has(kind);
}

/** Where the metadata and the spec of an object's pods are. */
export function templateOf(object: KubernetesObject): Part {
  switch (object.kind) {
    case "Pod":
      return part(object);
    case "PodTemplate":
      return part(object, "template");
    case "CronJob":
      return part(object, "spec", "jobTemplate", "spec", "template");
    // https://keda.sh/docs/latest/reference/scaledjob-spec/
    case "ScaledJob":
      return part(object, "spec", "jobTargetRef", "template");
    default:
      return part(object, "spec", "template");
  }
}

/** Labels that the controller gives each pod of a StatefulSet: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label */
const ORDINAL_LABELS: Readonly<Record<string, (name: string) => string>> = {
  "statefulset.kubernetes.io/pod-name": (name) => `${name}-`,
  "apps.kubernetes.io/pod-index": () => "",
};

/** Whether a pod of an object has a label of this value, be it one that a controller adds. */
export function hasLabel(object: KubernetesObject, key: string, value: string | undefined): boolean {
  const before = object.kind === "StatefulSet" ? ORDINAL_LABELS[key] : undefined;
  if (before === undefined) return templateOf(object).at("metadata", "labels", key).text === value;
  const start = before(nameOf(object));
  return value?.startsWith(start) === true && /^\d+$/.test(value.slice(start.length));
}

/** Every container of a pod, with the list that it is in. */
export function containersOf(spec: Part): readonly Part[] {
  return ["containers", "initContainers", "ephemeralContainers"].flatMap((list) => spec.at(list).items);
}

/** Containers that go on running: the plain ones, and init containers that are sidecars. */
export function runningContainersOf(spec: Part): readonly Part[] {
  const sidecars = spec.at("initContainers").items.filter((each) => each.at("restartPolicy").text === "Always");
  return [...spec.at("containers").items, ...sidecars];
}

/** The volume of a pod by name. */
export function volumeOf(spec: Part, name: string | undefined): Part | undefined {
  return spec.at("volumes").items.find((volume) => volume.at("name").text === name);
}
