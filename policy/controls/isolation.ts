import { settingOf } from "../flower/settings";
import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, type KubernetesObject } from "../objects/kubernetesObject";
import { ifKnown, UnknownValue, type Part } from "../objects/part";
import { isSelective } from "../objects/selectors";
import { each, podRule, type Context, type Violation } from "../rule";
import { isWideOpen } from "./addresses";
import { policiesOf, rulesOf, type Direction } from "./policies";

/** The guide's step 5, in both directions. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export const isolation = podRule({
  id: "isolation",
  control: "isolation",
  title: "A NetworkPolicy selects the pod and names its peers, in and out",
  remediation:
    "Add a NetworkPolicy whose podSelector matches the pod's labels, with policyTypes [Ingress, Egress], `from` naming the ingress controller's namespace (kubernetes.io/metadata.name) and pods, and `to` naming DNS and the broker",
  level: "mandatory",
  scope: "stack",
  parameters: {
    openEgressPorts: {
      type: "array",
      items: { type: "integer" },
      description:
        "Ports to which the pod may connect at any address: DNS. Where log-ins go to an identity provider, whose addresses change, 443 is allowed too.",
      default: [53],
    },
  },
  *judgePod(pod, context) {
    yield* each(["Ingress", "Egress"] as const, (direction) => judgeDirection(direction, pod, context));
  },
});

function* judgeDirection(direction: Direction, pod: FlowerPod, context: Context): Iterable<Violation> {
  const policies = policiesOf(context.inventory, pod, direction);
  if (policies.length === 0) {
    refuseOtherKinds(context.inventory, pod);
    const whom = direction === "Ingress" ? "every pod of the cluster can connect to it" : "it can connect to anywhere";
    yield { message: `no NetworkPolicy with policyTypes ${direction} selects the pod: ${whom}`, at: pod.metadata };
  }
  yield* each(policies, (policy) =>
    each(rulesOf(policy, direction), (rule) => judgeRule(rule, policy, { direction, pod, context })),
  );
}

/** Where another kind of policy may do the work, this rule cannot tell. */
function refuseOtherKinds(inventory: Inventory, pod: FlowerPod): void {
  const other = ["CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy"]
    .flatMap((kind) => inventory.ofKind(kind, /cilium\.io$|projectcalico\.org$/))
    .concat(inventory.ofKind("NetworkPolicy", /projectcalico\.org$/))
    .find((policy) =>
      /^(Cilium)?Network/.test(policy.kind)
        ? ifKnown(() => namespaceOf(policy) === namespaceOf(pod.object), true)
        : true,
    );
  if (other !== undefined)
    throw new UnknownValue(`a ${other.kind} may isolate the pod, and this rule reads NetworkPolicies only`);
}

interface Place {
  readonly direction: Direction;
  readonly pod: FlowerPod;
  readonly context: Context;
}

function* judgeRule(rule: Part, policy: KubernetesObject, place: Place): Iterable<Violation> {
  const peers = rule.at(place.direction === "Ingress" ? "from" : "to");
  const toward = place.direction === "Ingress" ? "lets in" : "lets out to";
  if (peers.items.length === 0) {
    if (!isAllowedOut(rule, place))
      yield { message: `this rule names no peer, so it ${toward} everybody`, at: rule, object: policy };
    return;
  }
  yield* each(peers.items, function* (peer) {
    const open = openness(peer, place.direction === "Egress" && rule.at("ports").items.length > 0);
    if (open !== undefined && !isAllowedOut(rule, place) && !isInternet(peer, rule, place))
      yield { message: `this peer ${toward} ${open}`, at: peer, object: policy };
  });
}

/** Whom a peer stands for, if that is too many. Out of the pod, named ports of the own namespace are few enough: a broker beside Flower. */
function openness(peer: Part, mayReachNamespace: boolean): string | undefined {
  const cidr = peer.at("ipBlock", "cidr").text;
  if (cidr !== undefined) return isWideOpen(cidr) ? `every address (${cidr})` : undefined;
  const pods = peer.at("podSelector");
  const namespaces = peer.at("namespaceSelector");
  if (pods.exists && isSelective(pods)) return undefined;
  if (!namespaces.exists) return mayReachNamespace ? undefined : "every pod of its own namespace";
  return isSelective(namespaces) ? undefined : "every pod of every namespace";
}

function isAllowedOut(rule: Part, place: Place): boolean {
  const { direction, context } = place;
  if (direction === "Ingress") return false;
  const { parameters } = context;
  const allowed = Array.isArray(parameters.openEgressPorts) ? [...(parameters.openEgressPorts as unknown[])] : [];
  if (signsIn(place)) allowed.push(443);
  const ports = rule.at("ports").items;
  return (
    ports.length > 0 && ports.every((port) => allowed.includes(port.at("port").number) && !port.at("endPort").exists)
  );
}

/** Whether log-ins go to an identity provider, whose addresses change. */
function signsIn({ pod, context: { inventory } }: Place): boolean {
  return pod.containers.some((container) => settingOf({ inventory, pod, container }, "auth_provider") !== undefined);
}

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"];

/** The internet on named ports, without the cluster and the cloud's metadata service: for an identity provider of one's own on another port than 443. */
function isInternet(peer: Part, rule: Part, place: Place): boolean {
  const except = peer.at("ipBlock", "except").texts;
  const isPublic = peer.at("ipBlock", "cidr").text?.includes(":") ?? false;
  const leavesOut = isPublic || PRIVATE.every((range) => except.includes(range));
  return place.direction === "Egress" && leavesOut && rule.at("ports").items.length > 0 && signsIn(place);
}
