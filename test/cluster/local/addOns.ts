import { join } from "node:path";
import type { Progress } from "../../../local/install";
import { succeed, until } from "./command";
import type { LocalCluster } from "./index";
import { ADDRESSES, NODE } from "./layout";
import { traefikResources, type Programs } from "./programs";

const MANIFESTS = join(__dirname, "manifests");

/** What a cluster has beside Kubernetes: name resolution, enforced policies, an ingress controller. */
export async function installAddOns(cluster: LocalCluster, programs: Programs, progress: Progress): Promise<void> {
  const kubectl = (...words: string[]): Promise<string> =>
    succeed([...cluster.enter, cluster.kubectl, "--kubeconfig", cluster.kubeconfig, ...words]);
  const apply = (file: string): Promise<string> => kubectl("apply", "--server-side", "--filename", file);
  await apply(traefikResources(programs));
  for (const name of ["netpol", "coredns", "traefik"]) await apply(join(MANIFESTS, `${name}.yaml`));
  await progress.step("Starting the node", async () => {
    await until("the node", 60, async () => (await kubectl("get", "nodes", "--output=name")).includes(NODE));
    await kubectl("wait", "--for=condition=Ready", `node/${NODE}`, "--timeout=90s");
  });
  await progress.step("Starting CoreDNS and Traefik", async () => {
    await balanceLoad(kubectl);
    await kubectl("--namespace=kube-system", "rollout", "status", "deployment/coredns", "--timeout=120s");
    await kubectl("--namespace=traefik", "rollout", "status", "deployment/traefik", "--timeout=120s");
  });
}

/** What a cloud would do for a Service of type LoadBalancer: give it an address. kube-proxy does the rest. */
async function balanceLoad(kubectl: (...words: string[]) => Promise<string>): Promise<void> {
  const status = { loadBalancer: { ingress: [{ ip: ADDRESSES.loadBalancer, ipMode: "VIP" }] } };
  const patch = JSON.stringify({ status });
  await kubectl(
    "--namespace=traefik",
    "patch",
    "service/traefik",
    "--subresource=status",
    "--type=merge",
    "--patch",
    patch,
  );
}
