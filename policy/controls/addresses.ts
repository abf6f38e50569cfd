import ipaddr from "ipaddr.js";
import { isWideOpen as isRangeOfEverybody } from "../../components/rules/grammar";

/** Whether an address can be reached from inside the pod only. */
export function isLoopback(address: string): boolean {
  if (address === "localhost") return true;
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === "loopback";
}

/** Whether a CIDR holds so many addresses that it is as good as all of them; what is no CIDR counts too. */
export function isWideOpen(cidr: string): boolean {
  return !ipaddr.isValidCIDR(cidr) || isRangeOfEverybody(cidr);
}
