import type { types } from "@pulumi/kubernetes";
import type { Model, Role } from "../model";
import { MOUNTS } from "./paths";
import { VOLUMES } from "./volumes";

/**
 * Milliseconds between two savings. Flower answers nobody while it saves, about 1 s for 10,000 tasks (measured), and a pod that is killed loses what came
 * since the last one.
 */
const SAVE_INTERVAL = 300_000;

/** Options of a Flower that keeps its history. history.py makes the folder, which nobody else can look into. https://flower.readthedocs.io/en/latest/config.html#persistent */
export function historyEnvironment({ persistence }: Pick<Model, "persistence">): Record<string, string> {
  return persistence === undefined
    ? {}
    : {
        FLOWER_PERSISTENT: "true",
        FLOWER_DB: `${MOUNTS.history}/history/flower.db`,
        FLOWER_STATE_SAVE_INTERVAL: String(SAVE_INTERVAL),
      };
}

/** A folder of the volume for each role, so that no process can see, or write, what the other one reads. */
export function historyMounts({ persistence }: Model, role: Role): types.input.core.v1.VolumeMount[] {
  return persistence === undefined ? [] : [{ name: VOLUMES.history, mountPath: MOUNTS.history, subPath: role }];
}

/** The pod's claim to a volume. */
export function historyVolumes(claimName: string | undefined): types.input.core.v1.Volume[] {
  return claimName === undefined ? [] : [{ name: VOLUMES.history, persistentVolumeClaim: { claimName } }];
}

/** Two pods must not write one file, so with a volume the old one ends before the new one starts. Otherwise there is no gap. */
export function rollOut({ persistence }: Model): types.input.apps.v1.DeploymentStrategy {
  return persistence === undefined
    ? { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
    : { type: "Recreate" };
}

/** The claim: of a class that was named, and for one pod. */
export function historyClaimSpec({
  storageClassName,
  size,
  accessMode,
}: NonNullable<Model["persistence"]>): types.input.core.v1.PersistentVolumeClaimSpec {
  return {
    storageClassName,
    accessModes: [accessMode],
    volumeMode: "Filesystem",
    resources: { requests: { storage: size } },
  };
}
