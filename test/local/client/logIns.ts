import { contentOf, namespaceOf, type KubernetesObject } from "../../../local/pod";

/** Whose dashboard. */
export type Role = "viewer" | "admin";
/** Both. */
export const ROLES: readonly Role[] = ["viewer", "admin"];

/** A name and a password, right or wrong. */
export interface LogIn {
  readonly name: string;
  readonly password: string;
}

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

/** What a browser puts into Authorization. */
export function basic({ name, password }: LogIn): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
}
