import { describe, expect, test } from "vitest";
import { historyClaimSpec } from "../../../../components/build/history";
import { changed, full, minimal, modelOf, withAdmin } from "../arguments";
import { deploymentOf, everyContainer, fullReferences, podOf, references } from "./references";

const persistence = { storageClassName: "encrypted-ssd", size: "1Gi" };
const withHistory = changed(withAdmin, { persistence });

function mountsOf(args = withHistory): readonly (readonly [string, unknown])[] {
  return everyContainer(podOf(args, fullReferences)).flatMap(({ name, volumeMounts }) =>
    volumeMounts
      .filter((mount) => mount.name === "history")
      .map(({ mountPath, subPath, readOnly }) => [name, { mountPath, subPath, readOnly: readOnly }] as const),
  );
}

describe("the history of tasks", () => {
  test("is on a claim of the class that was named, for one pod", () => {
    expect(historyClaimSpec(modelOf(withHistory).persistence!)).toEqual({
      storageClassName: "encrypted-ssd",
      accessModes: ["ReadWriteOncePod"],
      volumeMode: "Filesystem",
      resources: { requests: { storage: "1Gi" } },
    });
    expect(historyClaimSpec(modelOf(full).persistence!).accessModes).toEqual(["ReadWriteOnce"]);
  });

  test("is seen by the Flower processes only, and by each a folder of its own", () => {
    expect(mountsOf()).toEqual([
      ["flower-viewer", { mountPath: "/var/lib/flower", subPath: "viewer", readOnly: undefined }],
      ["flower-admin", { mountPath: "/var/lib/flower", subPath: "admin", readOnly: undefined }],
    ]);
  });

  test("has one writer: the old pod ends before the new one starts", () => {
    expect(deploymentOf(withHistory, fullReferences).strategy).toEqual({ type: "Recreate" });
  });

  test("is in memory only, where no volume was asked for", () => {
    const deployment = deploymentOf(minimal, references);
    expect(JSON.stringify(deployment)).not.toMatch(/persistentVolumeClaim|FLOWER_PERSISTENT|FLOWER_DB|"Recreate"/);
    expect(mountsOf(withAdmin)).toEqual([]);
  });
});
