import { contentOf, findObject, type KubernetesObject } from "./objects";
import type { KeyToPath, PodSpec, VolumeSpec } from "./podSpec";

/** A file of a Secret or ConfigMap volume. */
export interface VolumeFile {
  path: string;
  content: Buffer;
  mode: number;
}

/**
 * A volume as the runtime lays it out; every volume is memory, so that nothing secret reaches a disk. That of a claim outlives the pod, and ends with
 * the sandbox.
 */
export type VolumePlan =
  | { kind: "files"; name: string; files: VolumeFile[] }
  | { kind: "memory"; name: string; bytes: number | undefined }
  | { kind: "claim"; name: string; claim: string };

const DEFAULT_FILE_MODE = 0o644;
/** What the kubelet adds to the files of a read-only volume when the pod has an fsGroup. */
const GROUP_CAN_READ = 0o440;

/** Plans all volumes of a pod. */
export function planVolumes(spec: PodSpec, objects: readonly KubernetesObject[], namespace: string): VolumePlan[] {
  const extraMode = spec.securityContext?.fsGroup === undefined ? 0 : GROUP_CAN_READ;
  return (spec.volumes ?? []).map((volume) => planVolume(volume, objects, namespace, extraMode));
}

function planVolume(
  volume: VolumeSpec,
  objects: readonly KubernetesObject[],
  namespace: string,
  extraMode: number,
): VolumePlan {
  const { secret, configMap, emptyDir, persistentVolumeClaim, name } = volume;
  if (persistentVolumeClaim !== undefined) {
    const claim = persistentVolumeClaim.claimName;
    if (findObject(objects, "PersistentVolumeClaim", namespace, claim) !== undefined)
      return { kind: "claim", name, claim };
    throw new Error(`The volume "${name}" needs the PersistentVolumeClaim "${namespace}/${claim}": not found.`);
  }
  if (emptyDir !== undefined) return { kind: "memory", name, bytes: parseQuantity(emptyDir.sizeLimit) };
  const source = secret ?? configMap;
  if (source === undefined) throw new Error(`The demo cannot honour the volume "${name}": it has no source.`);
  const kind = secret === undefined ? "ConfigMap" : "Secret";
  const objectName = secret?.secretName ?? configMap?.name ?? "";
  const content = contentOf(objects, kind, namespace, objectName);
  if (content === undefined && source.optional !== true) {
    throw new Error(`The volume "${name}" needs the ${kind} "${namespace}/${objectName}": not found.`);
  }
  const items = source.items ?? [...(content ?? new Map<string, Buffer>()).keys()].map((key) => ({ key, path: key }));
  const files = items.flatMap((item: KeyToPath): VolumeFile[] => {
    const bytes = content?.get(item.key);
    if (bytes === undefined) {
      if (source.optional === true) return [];
      throw new Error(`The volume "${name}" needs the key "${item.key}" of the ${kind} "${objectName}": not found.`);
    }
    const mode = (item.mode ?? source.defaultMode ?? DEFAULT_FILE_MODE) | extraMode;
    return [{ path: safeRelativePath(item.path, name), content: bytes, mode }];
  });
  return { kind: "files", name, files };
}

/** The path, or an error if it would lead out of its volume. */
export function safeRelativePath(path: string, volume: string): string {
  if (path === "" || path.startsWith("/") || path.split("/").includes("..")) {
    throw new Error(
      `The volume "${volume}" has an item or a mount with the path "${path}": it must be relative and without "..".`,
    );
  }
  return path;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Bytes of a Kubernetes quantity such as `16Mi`; undefined stays undefined. */
export function parseQuantity(quantity: string | undefined): number | undefined {
  if (quantity === undefined) return undefined;
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(quantity) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  if (digits === undefined || factor === undefined) throw new Error(`The demo cannot read the quantity "${quantity}".`);
  return Math.ceil(Number(digits) * factor);
}
