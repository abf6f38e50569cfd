import { settingOf, type Setting } from "../flower/settings";
import type { Surroundings } from "../flower/environment";
import type { FlowerPod } from "../inventory";
import { part } from "../objects/kubernetesObject";
import { formatPath, UnknownValue } from "../objects/part";
import { runningContainersOf } from "../objects/pods";
import { each, podRule, type Context } from "../rule";
import { isLoopback } from "./addresses";
import { opensPort, policiesOf } from "./policies";
import { targetsPort } from "./ports";

/** The guide's step 1. https://flower.readthedocs.io/en/latest/config.html#address */
export const loopback = podRule({
  id: "loopback",
  control: "loopback",
  title: "Flower listens on loopback only, or nothing but a sidecar in front of it can be reached",
  remediation:
    "Set FLOWER_ADDRESS=127.0.0.1 and put a proxy into the same pod; or let the Service lead to a sidecar, and list only the sidecar's port in the pod's NetworkPolicy",
  level: "mandatory",
  scope: "stack",
  *judgePod(pod, { inventory }) {
    yield* each(pod.containers, function* (container) {
      const around = { inventory, pod, container };
      const address = settingOf(around, "address");
      if (settingOf(around, "unix_socket")?.text || (address !== undefined && bindsLoopback(address))) return;
      const bound = address?.text ? `listens on ${address.text}` : "listens on every address of the pod";
      const reason = reasonInFront(around);
      if (reason !== undefined) yield { message: `Flower ${bound}, and ${reason}`, at: address?.at ?? container };
    });
  },
});

function bindsLoopback({ text }: Setting): boolean {
  if (text === undefined) throw new UnknownValue("the address on which Flower listens comes from a Secret");
  return isLoopback(text);
}

/** Why no sidecar is in front; undefined if one is. */
function reasonInFront({ inventory, pod, container }: Surroundings): string | undefined {
  const port = portOf({ inventory, pod, container });
  const flowers = new Set(pod.containers.map(({ path }) => formatPath(path)));
  const others = runningContainersOf(pod.spec).filter(({ path }) => !flowers.has(formatPath(path)));
  if (!others.some((other) => other.at("ports").items.length > 0)) return "no sidecar is in front of it";
  if (
    inventory
      .servicesOf(pod)
      .some((service) => part(service, "spec", "ports").items.some((each) => targetsPort(pod, each, port)))
  ) {
    return `a Service leads to its port ${port}, past the sidecar`;
  }
  return closesPort(pod, inventory, port) ? undefined : `no NetworkPolicy closes its port ${port} to other pods`;
}

function closesPort(pod: FlowerPod, inventory: Context["inventory"], port: number): boolean {
  const policies = policiesOf(inventory, pod, "Ingress");
  return policies.length > 0 && !policies.some((policy) => opensPort(pod, policy, port));
}

/** The port of a Flower process. */
function portOf(around: Surroundings): number {
  const text = settingOf(around, "port")?.text;
  const port = Number(text ?? 5555);
  return Number.isInteger(port) ? port : 5555;
}
