import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, part, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { matchesSelector } from "../objects/selectors";
import { portNumber } from "./ports";

/** A direction of traffic, seen from the pod. */
export type Direction = "Ingress" | "Egress";

const NETWORKING = /^networking\.k8s\.io$/;

/** The NetworkPolicies that select a pod and restrict a direction. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export function policiesOf(inventory: Inventory, pod: FlowerPod, direction: Direction): readonly KubernetesObject[] {
  return inventory
    .ofKindIn("NetworkPolicy", namespaceOf(pod.object), NETWORKING)
    .filter((policy) => directionsOf(policy).includes(direction) && selects(policy, pod))
    .map((policy) => inventory.sole(policy, NETWORKING));
}

function selects(policy: KubernetesObject, pod: FlowerPod): boolean {
  return (
    namespaceOf(policy) === namespaceOf(pod.object) &&
    matchesSelector(part(policy, "spec", "podSelector"), pod.metadata.at("labels"))
  );
}

/** Without policyTypes, or with none of them: in, and out if there is a rule for it. https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/ */
function directionsOf(policy: KubernetesObject): readonly string[] {
  const types = part(policy, "spec", "policyTypes");
  if (types.items.length > 0) return types.texts;
  return part(policy, "spec", "egress").items.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

/** The rules of a policy in one direction. */
export function rulesOf(policy: KubernetesObject, direction: Direction): readonly Part[] {
  return part(policy, "spec", direction.toLowerCase()).items;
}

/** Whether a policy lets anybody in to a port. */
export function opensPort(pod: FlowerPod, policy: KubernetesObject, port: number): boolean {
  return rulesOf(policy, "Ingress").some((rule) => {
    const ports = rule.at("ports").items;
    return ports.length === 0 || ports.some((each) => includesPort(pod, each, port));
  });
}

function includesPort(pod: FlowerPod, policyPort: Part, port: number): boolean {
  const first = policyPort.at("port");
  if (!first.exists) return true;
  const from = portNumber(pod, first);
  const to = policyPort.at("endPort").number ?? from;
  return from === undefined || to === undefined || (from <= port && port <= to);
}
