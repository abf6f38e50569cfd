import type { Peer } from "../model";
import { canonicalCidr } from "../rules/grammar";

/**
 * IPv4 ranges that are not the internet: where clusters, clouds and their metadata services are. By
 * https://www.iana.org/assignments/iana-ipv4-special-registry and, for 168.63.129.16, https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const NOT_INTERNET: readonly string[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
/** Global unicast is all that IPv6 has of the internet; Teredo and 6to4 in it lead to IPv4. https://www.iana.org/assignments/ipv6-address-space */
const IPV6_INTERNET = { cidr: "2000::/3", except: ["2001::/23", "2002::/16"] };
/** Where IPv6-only clusters find IPv4 hosts. https://www.rfc-editor.org/rfc/rfc6052 */
const NAT64 = "64:ff9b::";

/** The internet as peers of a network policy, on these ports. */
export function internet(ports: readonly number[]): Peer[] {
  const blocks = [
    { cidr: "0.0.0.0/0", except: NOT_INTERNET },
    IPV6_INTERNET,
    { cidr: `${NAT64}/96`, except: NOT_INTERNET.map(throughNat64) },
  ];
  return blocks.map((each) => ({ ...each, namespaceLabels: undefined, podLabels: undefined, ports }));
}

function throughNat64(cidr: string): string {
  const [address = "", bits] = cidr.split("/");
  return canonicalCidr(`${NAT64}${address}/${96 + Number(bits)}`);
}
