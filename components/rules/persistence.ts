import { isObjectName, isQuantity } from "./grammar";
import { required, text, type Rule } from "./rule";

const ACCESS_MODES = ["ReadWriteOncePod", "ReadWriteOnce"];

/** The rules on the volume of the history. */
export const persistenceRules: Rule[] = [
  required(
    "persistence.storageClassName",
    "write the name of a StorageClass that encrypts its volumes; there is no default, since the history is secret data",
  ),
  text(
    "persistence.storageClassName",
    isObjectName,
    "is not the name of a StorageClass; write one that encrypts its volumes, such as encrypted-ssd",
  ),
  required("persistence.size", "write the size of the volume, such as 1Gi"),
  text("persistence.size", isQuantity, "is not a Kubernetes quantity; write one such as 1Gi"),
  text(
    "persistence.accessMode",
    (value) => ACCESS_MODES.includes(value),
    "lets two pods write one file, or nobody; write ReadWriteOncePod, or ReadWriteOnce for a driver that does not know it",
  ),
];
