import type { Change } from "../attacks/attack";
import { changed, containerOf, objectNamed, replaced, specOf, withScript } from "../client/objects";
import type { Mutation } from "../mutations";

const script =
  (piece: string, by: string): Change =>
  (objects) =>
    withScript(objects, "history.py", (text) => replaced(text, piece, by));

/** What the history of tasks is kept and guarded by. */
export const persistenceMutations: readonly Mutation[] = [
  {
    control: "persistence",
    without: "a volume",
    caughtBy: "a new pod shows",
    change: (objects) =>
      changed(objects, (copy) => {
        const viewer = containerOf(copy, "flower-viewer");
        viewer.env = viewer.env?.filter(({ name }) => name !== "FLOWER_PERSISTENT");
      }),
  },
  {
    control: "persistence",
    without: "a folder for each process",
    caughtBy: "each Flower sees",
    change: (objects) =>
      changed(objects, (copy) => {
        for (const mount of containerOf(copy, "flower-admin").volumeMounts as { subPath?: string }[])
          if (mount.subPath !== undefined) mount.subPath = "viewer";
      }),
  },
  {
    control: "persistence",
    without: "a check of who wrote it",
    caughtBy: "a history that is a link",
    change: script("    if problem:\n", "    if False:\n"),
  },
  {
    control: "persistence",
    without: "a list of what a pickle may name",
    caughtBy: "a history that an attacker wrote",
    change: script("not in PICKLED:", "not in PICKLED and False:"),
  },
  {
    control: "persistence",
    without: "a named class",
    caughtBy: "the claim is",
    change: (objects) =>
      changed(objects, (copy) => {
        delete (objectNamed(copy, "PersistentVolumeClaim", "queues-history").spec as Record<string, unknown>)
          .storageClassName;
      }),
  },
  {
    control: "persistence",
    without: "an end of the old pod before the new one",
    caughtBy: "the claim is",
    change: (objects) =>
      changed(objects, (copy) => {
        specOf(copy, "Deployment").strategy = { type: "RollingUpdate" };
      }),
  },
];
