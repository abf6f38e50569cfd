import mailDomains from "email-providers/all.json";

/** Domains at which anyone can get an address and that the list lacks: GitHub and GitLab give one, verified, to every user. */
const FURTHER = [
  "users.noreply.github.com",
  "users.noreply.gitlab.com",
  "duck.com",
  "fastmail.com",
  "tutanota.com",
  "tuta.com",
];
/** In the list, but nobody's: https://www.rfc-editor.org/rfc/rfc6761#section-6.5 */
const RESERVED = ["example.com", "example.net", "example.org"];

let domains: ReadonlySet<string> | undefined;

/** Whether anyone can get an e-mail address at a domain. */
export function isPublicMailDomain(domain: string | undefined): boolean {
  domains ??= new Set([...mailDomains.filter((each) => !RESERVED.includes(each)), ...FURTHER]);
  return domain !== undefined && domains.has(domain);
}
