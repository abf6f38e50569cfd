import type { Model } from "../../model";

/** A server's port, on every address of the pod. With `nginx.ipv6` a pod may have no other than IPv6 addresses: a port that is left out is then closed, to the kubelet too. */
export function listeners({ nginx }: Model, port: number, options?: string): string[] {
  const addresses = nginx.ipv6 ? ["", "[::]:"] : [""];
  return addresses.map((address) => `listen ${[`${address}${port}`, ...(options ? [options] : [])].join(" ")};`);
}
