import type { FlowerPod, Inventory } from "../inventory";
import { part, type KubernetesObject } from "../objects/kubernetesObject";
import { containersOf } from "../objects/pods";
import { each, flowerPods, judgePodOr, type Rule, type Violation } from "../rule";

/** The guide's step 1: no port of Flower's pod is published. https://kubernetes.io/docs/concepts/services-networking/service/ */
export const clusterIp: Rule = {
  id: "cluster-ip",
  control: "cluster-ip",
  title: "Nothing but ClusterIP Services leads to Flower, and no port of a node",
  remediation:
    "Set the Service's spec.type to ClusterIP without externalIPs, and take out hostPort and hostNetwork: only an Ingress with TLS leads in from outside",
  level: "mandatory",
  scope: "stack",
  subjects: (inventory: Inventory) => [...flowerPods(inventory), ...inventory.flowerServices],
  judge: judgePodOr(judgePod, judgeService),
};

function* judgePod({ spec }: FlowerPod): Iterable<Violation> {
  const network = spec.at("hostNetwork");
  if (network.flag) yield { message: "the pod is on the node's network (hostNetwork)", at: network };
  yield* each(containersOf(spec), (container) =>
    each(container.at("ports").items, function* (port) {
      const { number } = port.at("hostPort");
      if (number) yield { message: `port ${number} of the node leads to the pod (hostPort)`, at: port.at("hostPort") };
    }),
  );
}

function* judgeService(service: KubernetesObject): Iterable<Violation> {
  const type = part(service, "spec", "type");
  if (type.text === "LoadBalancer" || type.text === "NodePort") {
    yield { message: `the Service is a ${type.text}, which is open beyond the cluster`, at: type };
  }
  const addresses = part(service, "spec", "externalIPs");
  if (addresses.items.length > 0)
    yield { message: "the Service has externalIPs, which lead past the Ingress", at: addresses };
}
