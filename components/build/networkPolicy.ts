import type { types } from "@pulumi/kubernetes";
import type { Model, Peer } from "../model";
import { selectorLabels } from "./labels";
import { HTTPS_PORT, METRICS_PORT } from "./paths";

type NetworkPolicySpec = types.input.networking.v1.NetworkPolicySpec;
type NetworkPolicyPeer = types.input.networking.v1.NetworkPolicyPeer;
type EgressRule = types.input.networking.v1.NetworkPolicyEgressRule;

/**
 * In: the controller, on nginx' port, and the scraper, on that of metrics. Out: DNS, the broker and the identity provider, if there is one. Ports are the pods', not their Services'. The kubelet's probes pass in
 * any case. https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicySpec(model: Model): NetworkPolicySpec {
  const { networkPolicy, broker, oauth, ingress, metrics } = model;
  return {
    podSelector: { matchLabels: selectorLabels(model.name) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [ingress.peer, ...networkPolicy.ingress].map(policyPeer),
        ports: [{ port: HTTPS_PORT, protocol: "TCP" }],
      },
      ...(metrics ? [{ from: [policyPeer(metrics.peer)], ports: [{ port: METRICS_PORT, protocol: "TCP" }] }] : []),
    ],
    egress: [
      ...networkPolicy.dns.map((peer) => egressRule(peer, ["UDP", "TCP"])),
      ...broker.peers.map((peer) => egressRule(peer, ["TCP"])),
      ...(oauth?.peers ?? []).map((peer) => egressRule(peer, ["TCP"])),
      ...networkPolicy.egress.map((peer) => egressRule(peer, ["TCP"])),
    ],
  };
}

function egressRule(peer: Peer, protocols: readonly string[]): EgressRule {
  // Without `ports`, every protocol would be open too.
  const ports = peer.ports.length === 0 ? [undefined] : peer.ports;
  return {
    to: [policyPeer(peer)],
    ports: ports.flatMap((port) => protocols.map((protocol) => ({ port, protocol }))),
  };
}

/** Labels of pods alone select in the policy's own namespace; labels of namespaces alone select all their pods. */
function policyPeer({ cidr, except, namespaceLabels, podLabels }: Peer): NetworkPolicyPeer {
  if (cidr !== undefined) {
    return { ipBlock: { cidr, except: except.length === 0 ? undefined : [...except] } };
  }
  return {
    namespaceSelector: namespaceLabels && { matchLabels: { ...namespaceLabels } },
    podSelector: podLabels && { matchLabels: { ...podLabels } },
  };
}
