import { isTrue } from "../flower/booleans";
import { mountOf, mountsOf } from "../flower/mounts";
import { settingOf } from "../flower/settings";
import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, part } from "../objects/kubernetesObject";
import { UnknownValue, type Part } from "../objects/part";
import { each, podRule, type Violation } from "../rule";

/** The guide's "persisted state is sensitive": task arguments and results are in that file. */
export const persistence = podRule({
  id: "persistence",
  control: "persistence",
  title: "Task history is kept on a named storage class only, by one writer",
  remediation:
    "Mount a PersistentVolumeClaim with a storageClassName that encrypts where FLOWER_DB is, and set the Deployment's strategy.type to Recreate; or leave FLOWER_PERSISTENT unset",
  level: "mandatory",
  scope: "stack",
  *judgePod(pod, { inventory }) {
    yield* each(pod.containers, function* (container) {
      const around = { inventory, pod, container };
      if (!isTrue(settingOf(around, "persistent"), "persistent")) return;
      yield* judgeWriters(pod);
      const file = settingOf(around, "db")?.text ?? "flower";
      const folder = container.at("workingDir").text ?? "";
      const mount = mountOf(mountsOf(pod, container), file.startsWith("/") ? file : `${folder}/${file}`);
      const template = claimTemplateOf(pod, mount?.at.at("name").text);
      if (template !== undefined) yield* judgeClaim(template.at("spec"));
      else if (mount?.volume !== undefined) yield* judgeVolume(mount.volume, pod, inventory);
      else yield { message: `the task history (${file}) is on no volume`, at: container };
    });
  },
});

/** Two processes would corrupt each other's file. */
function* judgeWriters({ object }: FlowerPod): Iterable<Violation> {
  if (object.kind !== "Deployment") return;
  const strategy = part(object, "spec", "strategy");
  if (strategy.at("type").text !== "Recreate")
    yield { message: "a roll-out has two writers for a moment (strategy.type is not Recreate)", at: strategy };
  const replicas = part(object, "spec", "replicas");
  if ((replicas.number ?? 1) > 1) yield { message: "several replicas write the same file", at: replicas };
}

/** The claims that a StatefulSet makes are no objects of their own, and stand for volumes of the same name. */
function claimTemplateOf({ object }: FlowerPod, name: string | undefined): Part | undefined {
  const templates = part(object, "spec", "volumeClaimTemplates").items;
  return name === undefined ? undefined : templates.find((each) => each.at("metadata", "name").text === name);
}

function* judgeVolume(volume: Part, pod: FlowerPod, inventory: Inventory): Iterable<Violation> {
  const template = volume.at("ephemeral", "volumeClaimTemplate", "spec");
  const name = volume.at("persistentVolumeClaim", "claimName").text;
  if (template.exists) yield* judgeClaim(template);
  else if (name === undefined)
    yield { message: "the task history is on a volume that is no PersistentVolumeClaim", at: volume };
  else {
    const claim = inventory.find("PersistentVolumeClaim", namespaceOf(pod.object), name);
    if (claim === undefined) throw new UnknownValue(`PersistentVolumeClaim ${name} is not among these objects`);
    for (const violation of judgeClaim(part(claim, "spec"))) yield { ...violation, object: claim };
  }
}

function* judgeClaim(spec: Part): Iterable<Violation> {
  if (!spec.at("storageClassName").text) {
    yield {
      message: "the claim names no storageClassName, so the cluster's default class decides whether it is encrypted",
      at: spec,
    };
  }
}
