import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, part, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { containersOf, volumeOf } from "../objects/pods";
import { secretKeys } from "./secretKeys";

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

/** A mount with what is around it. */
interface MountedIn {
  readonly inventory: Inventory;
  readonly pod: FlowerPod;
  readonly mount: Mount;
}

/** A file: undefined if it is not there, "hidden" if it may be, and is not among the objects. */
export type MountedFile = { readonly text: string } | "hidden" | undefined;

/** A file of a mount, by its path below it; "" where the mount is the file. `isThere`: whether the container needs it. */
export function fileIn({ inventory, pod, mount }: MountedIn, inner: string, isThere: boolean): MountedFile {
  const { volume, subPath = "" } = mount;
  // The claim of a StatefulSet's template is no volume of the pod.
  if (volume === undefined) return "hidden";
  const path = [subPath, inner].filter((each) => each !== "").join("/");
  const from = { inventory, pod };
  // A volume of no kind is an empty folder too.
  const kinds = volume.members.filter(([key, kind]) => key !== "name" && kind.exists).map(([key]) => key);
  if (kinds.every((kind) => kind === "emptyDir")) return isThere || isShared(pod, volume) ? "hidden" : undefined;
  if (volume.at("configMap").exists) return inConfigMap(from, volume.at("configMap"), "name", path);
  if (volume.at("secret").exists) return inSecret(from, volume.at("secret"), "secretName", path);
  if (volume.at("downwardAPI").exists) return atPath(volume.at("downwardAPI"), path) && "hidden";
  if (!volume.at("projected").exists) return "hidden";
  const files = volume.at("projected", "sources").items.map((source) => inSource(from, source, path));
  // The last source of a path counts.
  return files.filter((file) => file !== undefined).at(-1);
}

type From = Pick<MountedIn, "inventory" | "pod">;

function inSource(from: From, source: Part, path: string): MountedFile {
  if (source.at("configMap").exists) return inConfigMap(from, source.at("configMap"), "name", path);
  if (source.at("secret").exists) return inSecret(from, source.at("secret"), "name", path);
  if (source.at("downwardAPI").exists) return atPath(source.at("downwardAPI"), path) && "hidden";
  const token = ["serviceAccountToken", "clusterTrustBundle"].map((kind) => source.at(kind, "path").text);
  return token.includes(path) ? "hidden" : undefined;
}

function inConfigMap({ inventory, pod }: From, source: Part, name: string, path: string): MountedFile {
  const key = keyOf(source, path);
  if (key === undefined) return undefined;
  const configMap = inventory.find("ConfigMap", namespaceOf(pod.object), source.at(name).text ?? "");
  if (configMap === undefined || part(configMap, "binaryData", key).exists) return "hidden";
  const { text } = part(configMap, "data", key);
  return text === undefined ? undefined : { text };
}

function inSecret({ inventory, pod }: From, source: Part, name: string, path: string): MountedFile {
  const key = keyOf(source, path);
  if (key === undefined) return undefined;
  const keys = secretKeys(inventory, namespaceOf(pod.object), source.at(name).text ?? "");
  return keys === undefined || keys.has(key) ? "hidden" : undefined;
}

/** The key that a source shows at a path: that of the item, or without items the path itself. */
function keyOf(source: Part, path: string): string | undefined {
  return source.at("items").exists ? atPath(source, path)?.at("key").text : path;
}

function atPath(source: Part, path: string): Part | undefined {
  return source.at("items").items.find((item) => item.at("path").text === path);
}

/** Whether another container can write to a volume that begins empty. */
function isShared({ spec }: FlowerPod, volume: Part): boolean {
  const name = volume.at("name").text;
  const users = containersOf(spec).filter((container) =>
    container
      .at("volumeMounts")
      .items.some((mount) => mount.at("name").text === name && mount.at("readOnly").flag !== true),
  );
  return users.length > 1;
}
