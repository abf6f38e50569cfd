import assert from "node:assert/strict";
import { objectsOfKind } from "../../../local/pod";
import { objectNamed } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

interface Peer {
  namespaceSelector?: { matchLabels?: Record<string, string> };
  podSelector?: { matchLabels?: Record<string, string> };
  ipBlock?: { cidr: string };
}

interface Policy {
  podSelector: { matchLabels: Record<string, string> };
  policyTypes: string[];
  ingress: { from?: Peer[]; ports?: { port: number; protocol: string }[] }[];
  egress: { to?: Peer[]; ports?: { port: number; protocol: string }[] }[];
}

const NAMESPACE = "kubernetes.io/metadata.name";

function thePolicy(stack: Stack): Policy {
  assert.equal(objectsOfKind(stack.objects, "NetworkPolicy").length, 1);
  return objectNamed(stack.objects, "NetworkPolicy").spec as Policy;
}

function selectsThePod(stack: Stack): void {
  const { podSelector, policyTypes } = thePolicy(stack);
  const { template } = objectNamed(stack.objects, "Deployment").spec as {
    template: { metadata: { labels: Record<string, string> } };
  };
  const selector = Object.entries(podSelector.matchLabels);
  assert.ok(selector.length > 0);
  assertNone(
    "labels that the pod lacks",
    selector.filter(([label, value]) => template.metadata.labels[label] !== value).map(String),
  );
  assert.deepEqual([...policyTypes].sort(), ["Egress", "Ingress"]);
}

/** A rule without peers or ports, and a selector without labels, mean everybody and everything. */
function isOpen({ namespaceSelector, podSelector, ipBlock }: Peer): boolean {
  if (ipBlock) return /\/0$/.test(ipBlock.cidr);
  return (
    Object.keys(namespaceSelector?.matchLabels ?? {}).length === 0 &&
    Object.keys(podSelector?.matchLabels ?? {}).length === 0
  );
}

function letsInOnly(stack: Stack): void {
  const { ingress } = thePolicy(stack);
  const peers = ingress.flatMap(({ from = [{}] }) => from);
  assertNone(
    "peers that are everybody",
    peers.filter(isOpen).map((peer) => JSON.stringify(peer)),
  );
  const namespaces = peers.map((peer) => peer.namespaceSelector?.matchLabels?.[NAMESPACE]);
  assert.deepEqual(namespaces, ["ingress-nginx"], "only the controller's namespace comes in");
  assert.deepEqual(
    ingress.map(({ ports }) => ports),
    [[{ port: 8443, protocol: "TCP" }]],
  );
}

function letsOutOnly(stack: Stack): void {
  const { egress } = thePolicy(stack);
  const found = egress.flatMap(({ to = [], ports = [] }) => [
    ...(to.length === 0 || to.some(isOpen) ? [`to everybody: ${JSON.stringify(to)}`] : []),
    ...(ports.length === 0 ? [`to every port of ${JSON.stringify(to)}`] : []),
  ]);
  assertNone("ways out that are too wide", found);
  const ports = egress.flatMap(({ ports: list = [] }) => list.map(({ port, protocol }) => `${protocol} ${port}`));
  assert.deepEqual([...new Set(ports)].sort(), ["TCP 53", "TCP 6379", "UDP 53"]);
}

const control = "isolation";
const cluster = "as the policy says (that it is enforced is proven on a cluster)";

export const attacks: readonly Attack[] = [
  { control, title: `the pod is isolated both ways, ${cluster}`, on: "objects", run: selectsThePod },
  { control, title: `only the ingress controller comes in, ${cluster}`, on: "objects", run: letsInOnly },
  { control, title: `only DNS and the broker are let out to, ${cluster}`, on: "objects", run: letsOutOnly },
];
