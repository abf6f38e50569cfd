import { type LookupAddress, type LookupOptions } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";

/** Where to connect for a host name: parts of the options of `net`, `tls` and `https`. */
export interface Dial {
  readonly host: string;
  readonly lookup: LookupFunction;
}

/** A host without the brackets that URLs put around IPv6 addresses. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** The port of a URL, also where the scheme implies it. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/**
 * Addresses to dial. Names under `.localhost` are loopback without asking anybody, as RFC 6761 wants and browsers and
 * curl do: Node asks the system's resolver, which in many containers does not know them.
 */
export async function addressesOf(host: string, instead: string | undefined): Promise<LookupAddress[]> {
  if (instead !== undefined) return lookup(instead, { all: true });
  if (/(^|\.)localhost$/i.test(host)) return [{ address: "127.0.0.1", family: 4 }];
  return lookup(host, { all: true });
}

/** Keeps the name for SNI, Host and the certificate check while the connection goes elsewhere. */
export function dial(host: string, instead: string | undefined): Dial {
  return {
    // Node calls no lookup for a literal address.
    host: isIP(host) !== 0 && instead !== undefined ? instead : host,
    lookup: (_host: string, options: LookupOptions, done) => {
      addressesOf(host, instead).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all || first === undefined) done(null, addresses);
          else done(null, first.address, first.family);
        },
        (error: unknown) => done(error as NodeJS.ErrnoException, []),
      );
    },
  };
}
