import { createHmac } from "node:crypto";
import { contentOf, namespaceOf, type KubernetesObject } from "../../../local/pod";
import type { HeaderLines } from "./http1";

/** Whose dashboard. */
export type Role = "viewer" | "admin";
/** Both. */
export const ROLES: readonly Role[] = ["viewer", "admin"];

/** A name and a password, right or wrong. */
export interface LogIn {
  readonly name: string;
  readonly password: string;
}

/** What a browser holds for somebody who has signed in with the identity provider: the session, as Tornado signs it. */
export interface Session {
  readonly session: string;
}

/** By which a request is somebody's. */
export type Credential = LogIn | Session;

/** Whom the example with sign-in lets in, by role. */
const SIGNED_IN: Readonly<Record<Role, string>> = { viewer: "ana@example.com", admin: "ada@example.com" };

/** The Secret of that name, whatever its namespace. */
export function secretOf(objects: readonly KubernetesObject[], name: string): ReadonlyMap<string, string> {
  const secret = objects.find((object) => object.kind === "Secret" && object.metadata.name === name);
  const content = secret && contentOf(objects, "Secret", namespaceOf(secret), name);
  if (content === undefined) throw new Error(`no Secret ${name} was rendered`);
  return new Map([...content].map(([key, value]) => [key, value.toString("utf8")]));
}

/** The log-ins of a role, as rendered. */
export function logInsOf(objects: readonly KubernetesObject[], role: Role): LogIn[] {
  return [...secretOf(objects, `queues-${role}`)].map(([name, password]) => ({ name, password }));
}

/** The first log-in of a role. */
export function logInOf(objects: readonly KubernetesObject[], role: Role): LogIn {
  const [first] = logInsOf(objects, role);
  if (first === undefined) throw new Error(`the Secret of the ${role} has no user`);
  return first;
}

/** Whether people sign in with an identity provider, and no password was made. */
export function signsIn(objects: readonly KubernetesObject[]): boolean {
  return !objects.some(({ kind, metadata }) => kind === "Secret" && metadata.name === "queues-viewer");
}

/** What opens the dashboard of a role: its first log-in, or a session. */
export function credentialOf(objects: readonly KubernetesObject[], role: Role): Credential {
  return signsIn(objects) ? sessionOf(objects, role) : logInOf(objects, role);
}

/**
 * A session of a role's own user, or of another, some hours old. https://github.com/tornadoweb/tornado/blob/v6.5.2/tornado/web.py (`_create_signature_v2`)
 */
export function sessionOf(
  objects: readonly KubernetesObject[],
  role: Role,
  user = SIGNED_IN[role],
  hoursAgo = 0,
): Session {
  const value = Buffer.from(user).toString("base64");
  const time = String(Math.floor(Date.now() / 1000) - hoursAgo * 3600);
  const signed = `2|1:0|${time.length}:${time}|4:user|${value.length}:${value}|`;
  const secret = secretOf(objects, "queues-cookie").get(role) ?? "";
  return { session: signed + createHmac("sha256", secret).update(signed).digest("hex") };
}

/**
 * How somebody without a right log-in is refused: by 401, and where people sign in, a page leads there. Nobody navigates by another method than GET.
 */
export function refusal(objects: readonly KubernetesObject[], target: string, method = "GET"): number {
  return signsIn(objects) && method === "GET" && !target.includes("/api/") ? 302 : 401;
}

/** What a browser puts into Authorization. */
export function basic({ name, password }: LogIn): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}

/** Any value will do: Tornado compares a cookie with what the page's own script repeats in a header, and both come from the client. */
const XSRF = "0123456789abcdef0123456789abcdef";

/** The headers that a credential is sent in; with a session, also what only the dashboard's own pages can send. */
export function credentialLines(as: Credential): HeaderLines {
  return "session" in as
    ? [
        ["Cookie", `__Host-user=${as.session}; _xsrf=${XSRF}`],
        ["X-XSRFToken", XSRF],
      ]
    : [["Authorization", basic(as)]];
}
