import { isDnsName } from "./grammar";

/** What Flower's environment and nginx carry of an identity provider. As in `grammar.ts`, a value outside its grammar is refused, never escaped. */

/** The part of an e-mail address before the `@`: what RFC 5322 allows in an atom, without `*`, `|` and the quotes, which Flower or a shell could read otherwise. */
const LOCAL_PART = "[a-z0-9!#%&+/=?^_{}~-]+(?:\\.[a-z0-9!#%&+/=?^_{}~-]+)*";
const ADDRESS = new RegExp(`^${LOCAL_PART}@([^@]+)$`);

/** The domain of `*@domain`, or `undefined` if the value is no wildcard. */
export function wildcardOf(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith("*@") ? value.slice(2) : undefined;
}

/** Why a text is neither an e-mail address nor a wildcard of a domain, and what to write, or `undefined` if it is one. */
export function addressFault(value: string): string | undefined {
  const domain = wildcardOf(value) ?? ADDRESS.exec(value)?.[1];
  if (value.length <= 254 && domain !== undefined && domain.includes(".") && isDnsName(domain)) {
    return undefined;
  }
  const meant = wildcardMeant(value);
  if (meant !== undefined) {
    return `is a pattern that is not taken, since Flower 1.2 reads no regular expressions; write *@${meant}`;
  }
  return value !== value.toLowerCase() && addressFault(value.toLowerCase()) === undefined
    ? `has capital letters, while addresses are compared in lower case; write ${value.toLowerCase()}`
    : "is not an e-mail address; write one such as ana@example.com, or *@example.com for everybody of a domain";
}

/** The domain that somebody meant who wrote a regular expression, as guides for Flower before 1.2 do, or Flower's own `.*@`. */
function wildcardMeant(value: string): string | undefined {
  const domain = /^\^?\(?\.[*+]@(.+?)\)?\$?$/
    .exec(value)?.[1]
    ?.replace(/\\\.|\[\.\]/g, ".")
    .toLowerCase();
  return domain !== undefined && isDnsName(domain) ? domain : undefined;
}

/** A client ID as Google, GitHub, GitLab and Okta make them. */
export function isClientId(value: string): boolean {
  return value.length <= 256 && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(value);
}

/** A credential that can stand in a file, a form and a header as it is. */
export function isPrintable(value: string): boolean {
  return value.length <= 1024 && /^[!-~]+$/.test(value);
}

/** A DNS name, and perhaps a port. */
export function isHostAndPort(value: string): boolean {
  const [host = "", port, ...more] = value.split(":");
  return more.length === 0 && isDnsName(host) && (port === undefined || isPort(port));
}

function isPort(value: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(value) && Number(value) <= 65_535;
}

/** An authorization server of Okta: https://developer.okta.com/docs/concepts/auth-servers/ */
export function isOktaServer(value: string): boolean {
  const [, authority, id] = /^https:\/\/([^/]+)\/oauth2(?:\/([A-Za-z0-9]{1,64}))?$/.exec(value) ?? [];
  return authority !== undefined && isHostAndPort(authority) && (id !== undefined || value.endsWith("/oauth2"));
}

/** The full path of a group of GitLab: https://docs.gitlab.com/user/reserved_names/ */
export function isGroupPath(value: string): boolean {
  const segment = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?";
  return value.length <= 255 && new RegExp(`^${segment}(?:/${segment})*$`).test(value);
}
