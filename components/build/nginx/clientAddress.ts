import type { Dashboard } from "../../model";
import { block } from "./block";

/** How many listed proxies in a row are looked behind. */
export const TRUSTED_HOPS = 4;

/** What `$client` is when the controller names no address. It must be refused by name: `geo` takes any text for 255.255.255.255. */
export const NO_ADDRESS = "-";

/** An address as proxies write it into X-Forwarded-For: IPv4 or IPv6, bare or with a port. */
const ADDRESS = [
  "(?<NAME>[0-9.]{7,15})(?::[0-9]{1,5})?",
  "\\[?(?<NAME>[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)(?:\\](?::[0-9]{1,5})?)?",
];

/**
 * `$client`: the last entry of X-Forwarded-For, which the controller wrote, and the controller has proved who it is (mutual TLS). Entries further left are
 * only believed as long as every one to their right is a listed proxy. The address of the connection is never used, and the realip module is
 * not: it believes either every address or only listed ones, while a controller's pod has an address that nobody can list.
 */
export function clientAddress(trustedProxyRanges: readonly string[]): string[] {
  if (trustedProxyRanges.length === 0) {
    return entryFromTheRight(1, "client");
  }
  const trusted = Array.from({ length: TRUSTED_HOPS }, (_, index) => index + 1);
  const furthest = TRUSTED_HOPS + 1;
  return [
    ...[...trusted, furthest].flatMap((hop) => entryFromTheRight(hop, `hop${hop}`)),
    ...trusted.flatMap((hop) => listedProxy(hop, trustedProxyRanges)),
    ...block(`map "${trusted.map((hop) => `$hop${hop}_listed`).join("")}" $client`, [
      ...trusted.map((hop) => `"~^${"1".repeat(hop - 1)}0" $hop${hop};`),
      `default $hop${furthest};`,
    ]),
  ];
}

/** The Nth entry of X-Forwarded-For from the right, or `-` if there is none or it is no address. */
function entryFromTheRight(hop: number, variable: string): string[] {
  const nearer = `(?:,[^,]*){${hop - 1}}$`;
  const patterns = ADDRESS.map((address, form) => {
    const capture = `${variable}_form${form}`;
    return `"~(?:^|,)[ \\t]*${address.replace("NAME", capture)}[ \\t]*${nearer}" $${capture};`;
  });
  return block(`map $http_x_forwarded_for $${variable}`, [`default ${NO_ADDRESS};`, ...patterns]);
}

function listedProxy(hop: number, ranges: readonly string[]): string[] {
  return block(`geo $hop${hop} $hop${hop}_listed`, ["default 0;", ...ranges.map((range) => `${range} 1;`)]);
}

/** `$ROLE_source`: 1 if the client's address may open this dashboard. https://nginx.org/en/docs/http/ngx_http_geo_module.html */
export function sourceRanges({ role, allowedSourceRanges }: Dashboard): string[] {
  return block(`geo $client $${role}_source`, ["default 0;", ...allowedSourceRanges.map((range) => `${range} 1;`)]);
}

/** A group of an IPv6 address. */
const GROUP = "[0-9A-Fa-f]{1,4}";

/**
 * `$client_network`: whom counters count. Of IPv6 the first 64 bits, since whoever has one address has 2^64, each of which would have counters of its own; the zeros that
 * `::` stands for, in the spelling that controllers write (https://www.rfc-editor.org/rfc/rfc5952), are put back, so that a network has one name. Other
 * addresses are the client's own: IPv4, also where it is part of an IPv6 one, which then shares its first bits with all the others.
 */
export function clientNetwork(): string[] {
  return block("map $client $client_network", [
    "default $client;",
    // Behind a NAT64 each is somebody else. https://www.rfc-editor.org/rfc/rfc6052#section-2.1
    '"~*^64:ff9b::(?:[^:]+:)?[^:]+$" $client;',
    `"~^(?<network_4>${GROUP}(?::${GROUP}){3}):" $network_4;`,
    `"~^(?<network_3>${GROUP}(?::${GROUP}){2})::" $network_3:0;`,
    `"~^(?<network_2>${GROUP}:${GROUP})::" $network_2:0:0;`,
    `"~^(?<network_1>${GROUP})::(?<network_end>${GROUP})(?::${GROUP}){4}$" $network_1:0:0:$network_end;`,
    `"~^(?<network_0>${GROUP})::" $network_0:0:0:0;`,
  ]);
}
