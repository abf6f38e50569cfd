/**
 * The addresses inside a sandbox, all from the documentation ranges of RFC 5737: they belong to nobody, so nothing that goes wrong
 * here can reach a real machine.
 */
export const ADDRESSES = {
  /** The pod. */
  pod: "192.0.2.10",
  /** The node: broker, worker, ingress controller and kubelet have this one. */
  node: "192.0.2.1",
  /** Another pod of the cluster, that no NetworkPolicy stops. */
  neighbour: "192.0.2.20",
  /** A client in the office, to be put on allow-lists. */
  office: "198.51.100.10",
  /** A client that is on no allow-list. */
  attacker: "203.0.113.66",
} as const;

/** The name of the pod's network namespace. */
export const POD_NETWORK = "pod";

/** What `ip -batch -` makes the sandbox's network from: a wire between the node's side and the pod's namespace. */
export function networkCommands(): string {
  return [
    "link set lo up",
    `netns add ${POD_NETWORK}`,
    `link add node0 type veth peer name eth0 netns ${POD_NETWORK}`,
    `address add ${ADDRESSES.node}/24 dev node0`,
    `address add ${ADDRESSES.neighbour}/24 dev node0`,
    `address add ${ADDRESSES.office}/24 dev node0`,
    `address add ${ADDRESSES.attacker}/24 dev node0`,
    "link set node0 up",
    "",
  ].join("\n");
}

/** What `ip -netns pod -batch -` gives the pod its address from. */
export function podNetworkCommands(): string {
  return [
    "link set lo up",
    `address add ${ADDRESSES.pod}/24 dev eth0`,
    "link set eth0 up",
    `route add default via ${ADDRESSES.node}`,
    "",
  ].join("\n");
}
