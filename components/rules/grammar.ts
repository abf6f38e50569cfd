import ipaddr from "ipaddr.js";

/**
 * What the files of nginx, Flower and Kubernetes can carry. A value outside its grammar is refused, never escaped: none of these
 * sets holds a quote, a space, a semicolon, a brace, a `$`, a comma or a line end.
 */

const DNS_LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";

/** A DNS name as RFC 1123 has it, lower case, at most 253 characters. */
export function isDnsName(value: string): boolean {
  return value.length <= 253 && new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`).test(value) && !ipaddr.isValid(value);
}

/** A name of a Kubernetes object: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function isObjectName(value: string): boolean {
  return value.length <= 253 && new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`).test(value);
}

/** A name of a namespace or Service: one DNS label. */
export function isDnsLabel(value: string): boolean {
  return new RegExp(`^${DNS_LABEL}$`).test(value);
}

/** A key of a Secret that is also a file name and a user of Flower: https://kubernetes.io/docs/concepts/configuration/secret/ */
export function isUserName(value: string): boolean {
  return value.length <= 64 && /^[A-Za-z0-9][-._A-Za-z0-9]*$/.test(value);
}

/** A key of a Secret. */
export function isSecretKey(value: string): boolean {
  return value.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(value);
}

/** A path without slashes at its ends, of segments that no URL parser rewrites. */
export function isUrlPrefix(value: string): boolean {
  return value.length <= 128 && /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_-]*)*$/.test(value);
}

/** A value of a Kubernetes label. */
export function isLabelValue(value: string): boolean {
  return value.length <= 63 && /^(?:[A-Za-z0-9](?:[-._A-Za-z0-9]*[A-Za-z0-9])?)?$/.test(value);
}

/** A key of a Kubernetes label or annotation: an optional DNS prefix and a name. */
export function isLabelKey(value: string): boolean {
  const [name, prefix, ...more] = value.split("/").reverse();
  const prefixHolds = prefix === undefined || isDnsName(prefix);
  return more.length === 0 && prefixHolds && name !== undefined && name !== "" && isLabelValue(name);
}

/** A Kubernetes quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function isQuantity(value: string): boolean {
  return /^[0-9]+(?:\.[0-9]+)?(?:m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e[0-9]+)?$/.test(value);
}

/** A column of Flower's Tasks page. */
export function isColumn(value: string): boolean {
  return /^[a-z_]+$/.test(value);
}

/** An image reference: registry, repository, tag or digest. https://github.com/distribution/reference */
export function isImage(value: string): boolean {
  return value.length <= 512 && /^[a-z0-9][A-Za-z0-9._:/-]*(?:@sha256:[0-9a-f]{64})?$/.test(value);
}

/** Why a text is not a CIDR range that nginx and Kubernetes understand, or `undefined` if it is one. */
export function cidrFault(value: string): string | undefined {
  if (!value.includes("/")) {
    const mask = ipaddr.isValid(value) ? (ipaddr.parse(value).kind() === "ipv6" ? 128 : 32) : undefined;
    return mask === undefined
      ? "is not a CIDR range; write one such as 10.0.0.0/8"
      : `has no mask; write ${value}/${mask}`;
  }
  if (!/^[0-9a-fA-F.:]+\/[0-9]{1,3}$/.test(value) || !isParseable(value)) {
    return "is not a CIDR range; write one such as 10.0.0.0/8 or 2001:db8::/32";
  }
  const canonical = canonicalCidr(value);
  return canonical === value.toLowerCase()
    ? undefined
    : `has bits outside its mask or is not in its short form; write ${canonical}`;
}

/** Whether a text can be parsed as a CIDR range with four decimal parts, or as IPv6. */
function isParseable(value: string): boolean {
  const [address = ""] = value.split("/");
  return ipaddr.isValidCIDR(value) && (address.includes(":") || ipaddr.IPv4.isValidFourPartDecimal(address));
}

/** The network of a CIDR range in its canonical form. Throws what `ipaddr.js` throws if it is none. */
export function canonicalCidr(value: string): string {
  const [address, bits] = ipaddr.parseCIDR(value);
  const network =
    address.kind() === "ipv6"
      ? ipaddr.IPv6.networkAddressFromCIDR(value).toRFC5952String()
      : ipaddr.IPv4.networkAddressFromCIDR(value).toString();
  return `${network}/${bits}`;
}

/** Whether `inner` lies within `outer`; both are CIDR ranges. */
export function isWithin(inner: string, outer: string): boolean {
  const [innerAddress, innerBits] = ipaddr.parseCIDR(inner);
  const [outerAddress, outerBits] = ipaddr.parseCIDR(outer);
  return (
    innerAddress.kind() === outerAddress.kind() &&
    innerBits >= outerBits &&
    innerAddress.match([outerAddress, outerBits])
  );
}

/** Whether a CIDR range holds so many addresses that it is as good as all of them: two halves are everything too. A /8 is a private range that many use. */
export function isWideOpen(value: string): boolean {
  const [address, bits] = ipaddr.parseCIDR(value);
  return bits < (address.kind() === "ipv4" ? 8 : 7);
}

const BROKER_URL = /^(?:redis|rediss|amqp|amqps):\/\/[!-~]+$/;

/** One broker URL, or several for failover joined by `;`, as Celery takes them: printable ASCII, no spaces. */
export function isBrokerUrl(value: string): boolean {
  return value.split(";").every((url) => BROKER_URL.test(url));
}

/** Flower crashes at start on a management API that is not http or https. */
export function isHttpUrl(value: string): boolean {
  return /^https?:\/\/[!-~]+$/.test(value);
}
