import { changed, minimal } from "../arguments";
import { row, type Row } from "./row";

const base = changed(minimal, { persistence: { storageClassName: "encrypted-ssd", size: "1Gi" } });

/** Every rule on the volume of the history, broken. */
export const persistenceRows: readonly Row[] = [
  row(
    "persistence.storageClassName",
    { "persistence.storageClassName": undefined },
    ["is missing; write the name of a StorageClass that encrypts its volumes; there is no default"],
    base,
  ),
  row(
    "persistence.storageClassName",
    { "persistence.storageClassName": "" },
    ['"" is not the name of a Storage'],
    base,
  ),
  row("persistence.size", { "persistence.size": undefined }, ["is missing; write the size of the volume"], base),
  row("persistence.size", { "persistence.size": "1 GB" }, ['"1 GB" is not a Kubernetes quantity; write one'], base),
  row(
    "persistence.accessMode",
    { "persistence.accessMode": "ReadWriteMany" },
    ['"ReadWriteMany" lets two pods write one file, or nobody; write ReadWriteOncePod'],
    base,
  ),
];
