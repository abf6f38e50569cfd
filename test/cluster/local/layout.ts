import { join } from "node:path";
import { clusterCache } from "./cache";

/** Name of the only node, of the kubeconfig's context and of the control groups. */
export const NODE = "secure-flower-test";

/**
 * Addresses of the cluster, all of them inside its own network namespaces: the machine's network is not touched. `outside` is a second
 * namespace, on the other end of the node's only cable: clients, and the servers of an internet that pods must not reach.
 */
export const ADDRESSES = {
  node: "10.231.0.1",
  /** Where tests and browsers come from, if they do not choose. */
  client: "10.231.0.10",
  /** Further addresses to come from: an office's, and a stranger's. */
  office: "10.231.0.20",
  stranger: "203.0.113.7",
  /** Where Traefik answers, on 80 and 443. */
  loadBalancer: "10.232.0.10",
  internet: "198.51.100.1",
  /** An identity provider on the internet. */
  provider: "198.51.100.2",
  metadata: "169.254.169.254",
  kubernetes: "10.96.0.1",
  dns: "10.96.0.10",
} as const;

/** Ranges of the cluster. */
export const RANGES = { services: "10.96.0.0/16", pods: "10.244.0.0/24" } as const;

/** What a running cluster keeps on the disk; all of it goes when it stops. */
export function stateFolder(): string {
  return join(clusterCache(), "running");
}

/** Paths below the state folder. */
export function paths(folder = stateFolder()) {
  return {
    folder,
    bin: join(folder, "bin"),
    cni: join(folder, "cni"),
    kubelet: join(folder, "kubelet"),
    logs: join(folder, "logs"),
    madeOf: join(folder, "made-of.json"),
    pki: join(folder, "pki"),
    kubeconfig: join(folder, "pki", "admin.kubeconfig"),
    state: join(folder, "state.json"),
  };
}
