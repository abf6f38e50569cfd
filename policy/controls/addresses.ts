import ipaddr from "ipaddr.js";

/** Whether an address can be reached from inside the pod only. */
export function isLoopback(address: string): boolean {
  if (address === "localhost") return true;
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === "loopback";
}

/** Whether a CIDR holds so many addresses that it is as good as all of them. */
export function isWideOpen(cidr: string): boolean {
  if (!ipaddr.isValidCIDR(cidr)) return true;
  const [address, bits] = ipaddr.parseCIDR(cidr);
  // Two halves, 0.0.0.0/1 and 128.0.0.0/1, are everything too. A /8 is a private range that many use.
  return bits < (address.kind() === "ipv4" ? 8 : 7);
}
