import { ADDRESSES, contentOf, namespaceOf, objectsOfKind, type KubernetesObject } from "../pod";

/** The demo's host names: every name under `.localhost` is this machine, for browsers and curl, without any set-up (RFC 6761). */
export const HOSTS = { viewer: "flower.localhost", admin: "flower-admin.localhost" } as const;

/**
 * Who may open the dashboards: this machine's own browser and the office, of which only one address may open the admin's. The sandbox's
 * neighbour and attacker are on neither list.
 */
const SOURCE_RANGES = {
  viewer: ["127.0.0.0/8", "198.51.100.0/24"],
  admin: ["127.0.0.0/8", `${ADDRESSES.office}/32`],
} as const;

/** What the demo decides for the example program; the rest is the program's own. */
export function programConfig(httpsPort: number): Record<string, string> {
  return {
    host: HOSTS.viewer,
    adminHost: HOSTS.admin,
    httpsPort: String(httpsPort),
    sourceRanges: JSON.stringify(SOURCE_RANGES.viewer),
    adminSourceRanges: JSON.stringify(SOURCE_RANGES.admin),
  };
}

/** The certificate that a client has to trust for a host: that of the authority, or a self-signed one itself. */
export function certificateAuthority(objects: readonly KubernetesObject[], host: string): Buffer {
  for (const ingress of objectsOfKind(objects, "Ingress")) {
    const { tls = [] } = ingress.spec as { tls?: { hosts?: string[]; secretName?: string }[] };
    const name = tls.find(({ hosts }) => hosts?.includes(host))?.secretName ?? "";
    const content = contentOf(objects, "Secret", namespaceOf(ingress), name);
    const certificate = content?.get("ca.crt") ?? content?.get("tls.crt");
    if (certificate !== undefined) return certificate;
  }
  throw new Error(`No certificate was rendered for the host "${host}".`);
}
