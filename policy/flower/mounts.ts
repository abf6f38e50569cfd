import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { volumeOf } from "../objects/pods";

/** A volume in a container. */
export interface Mount {
  readonly path: string;
  readonly subPath: string | undefined;
  readonly volume: Part | undefined;
  readonly at: Part;
}

/** What is mounted in a container. */
export function mountsOf(pod: FlowerPod, container: Part): readonly Mount[] {
  return container.at("volumeMounts").items.map((at) => ({
    path: (at.at("mountPath").text ?? "").replace(/\/+$/, ""),
    subPath: at.at("subPath").text,
    volume: volumeOf(pod.spec, at.at("name").text),
    at,
  }));
}

/** The mount that holds a file or folder: of those on its way the deepest. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const holding = mounts.filter((mount) => path === mount.path || path.startsWith(`${mount.path}/`));
  return holding.reduce<Mount | undefined>(
    (best, each) => (best && best.path.length >= each.path.length ? best : each),
    undefined,
  );
}

/** The ConfigMap behind a volume: undefined if it is of another kind, "hidden" if it is not among the objects. */
export function configMapOf(
  inventory: Inventory,
  pod: FlowerPod,
  volume: Part,
): KubernetesObject | "hidden" | undefined {
  const name = volume.at("configMap", "name").text;
  if (name === undefined) return undefined;
  return inventory.find("ConfigMap", namespaceOf(pod.object), name) ?? "hidden";
}
