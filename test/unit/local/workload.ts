import type { KubernetesObject, Recipe } from "../../../local/pod";

/** What stands in for every image of these tests. */
export const RECIPE: Recipe = {
  binds: [{ source: "/etc/nginx/mime.types", target: "/etc/nginx/mime.types", readOnly: true }],
  environment: { PATH: "/usr/sbin:/usr/bin:/bin" },
  uid: 101,
  gid: 101,
  stopSignal: "SIGQUIT",
};

/** A container with nothing but what it must have, and what is given. */
export function container(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: "main", image: "registry.example/nginx:1", command: ["nginx"], ...fields };
}

/** A Deployment with a pod that has nothing but what is given. */
export function deployment(pod: Record<string, unknown>): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "queues", namespace: "flower" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "queues" } },
      template: { metadata: { labels: { app: "queues" } }, spec: { enableServiceLinks: false, ...pod } },
    },
  };
}

/** A Secret of the same namespace. */
export function secret(name: string, stringData: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "flower" }, type: "Opaque", stringData };
}

/** A ConfigMap of the same namespace. */
export function configMap(name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "flower" }, data };
}
