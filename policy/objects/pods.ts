import { part, type KubernetesObject } from "./kubernetesObject";
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

function templateOf(object: KubernetesObject): Part {
  switch (object.kind) {
    case "Pod":
      return part(object);
    case "PodTemplate":
      return part(object, "template");
    case "CronJob":
      return part(object, "spec", "jobTemplate", "spec", "template");
    default:
      return part(object, "spec", "template");
  }
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
