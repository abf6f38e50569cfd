import type { KubernetesObject } from "./objects";

// What others refer to comes first, as in Helm (helm/helm, pkg/release/util/kind_sorter.go, InstallOrder).
const ORDER = [
  "PriorityClass",
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
];

/** Sorts objects in the order in which they can be applied, and else by kind, namespace and name: always the same. */
export function inApplyOrder<T extends { readonly object: KubernetesObject }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => compareKeys(sortKey(a.object), sortKey(b.object)));
}

function sortKey({ apiVersion, kind, metadata }: KubernetesObject): (string | number)[] {
  const rank = ORDER.indexOf(kind);
  return [rank < 0 ? ORDER.length : rank, kind, metadata.namespace ?? "", metadata.name, apiVersion];
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  const difference = a.findIndex((part, index) => part !== b[index]);
  // By code unit, not by locale: the order must not depend on the machine.
  return difference < 0 ? 0 : (a[difference] as string) < (b[difference] as string) ? -1 : 1;
}
