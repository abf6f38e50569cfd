import type { Input } from "@pulumi/pulumi";

/**
 * A volume for the history of tasks. The history holds whatever tasks were given, as arguments and results, so treat it as secret data. Each Flower process
 * has a folder of its own in it, saves every five minutes and when it ends, and puts a file that it cannot read aside. With a volume the pod is replaced with a gap
 * of about half a minute, since two pods must not write the same file. `pulumi destroy`, and another class, delete the volume's claim and with it the history, unless a
 * resource transform sets `retainOnDelete` on it. https://flower.readthedocs.io/en/latest/config.html#persistent
 */
export interface PersistenceArgs {
  /**
   * StorageClass of the volume. No default, the cluster's neither: it must be one that encrypts, which cannot be seen from here. Its driver must honour the
   * pod's `fsGroup`, or Flower refuses to start. https://kubernetes.io/docs/concepts/storage/storage-classes/
   */
  storageClassName: Input<string>;
  /** Size of the volume as a Kubernetes quantity, for example `1Gi`. 10,000 tasks with short arguments take about 2 MB for each process, and three times that while it saves. */
  size: Input<string>;
  /**
   * `ReadWriteOncePod` (the default: the cluster sees to it that no other pod opens the volume) or `ReadWriteOnce`, for a driver that
   * does not know the former. https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
   */
  accessMode?: Input<string>;
}
