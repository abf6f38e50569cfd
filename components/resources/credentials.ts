import * as k8s from "@pulumi/kubernetes";
import { type Input, type Output, output } from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { BasicAuthArgs, FlowerDashboardArgs } from "../args";
import type { SecretKey } from "../build/flower";
import type { Role } from "../model";
import type { OAuthArgs } from "../oauthArgs";
import { checkedSecret } from "../rules";
import { type Context, metadata } from "./context";

/** 62 letters and digits: 190 bits, and nothing that Flower's list of log-ins, a shell or a URL could misread. */
const PASSWORD = { length: 32, special: false };
/** As Tornado recommends, far beyond guessing. */
const COOKIE_SECRET = { length: 64, special: false };

/** Where the pod finds its credentials: names of Secrets, and keys in them. Never a value. */
export interface Credentials {
  readonly viewerUsers: Output<string> | undefined;
  readonly adminUsers: Output<string> | undefined;
  readonly clientSecret: Output<SecretKey> | undefined;
  readonly cookies: Output<string>;
  readonly brokerUrl: Output<SecretKey>;
  readonly managementApiUrl: Output<SecretKey> | undefined;
}

/** Everything that somebody logs in with or signs with: a Secret for each role or for the identity provider, for the cookies and for the broker. */
export function createCredentials(context: Context, args: FlowerDashboardArgs): Credentials {
  const { basic, oauth } = args.auth;
  return {
    viewerUsers: basic && createUsers(context, basic, "viewer"),
    adminUsers: basic && createUsers(context, basic, "admin"),
    clientSecret: oauth && createClientSecret(context, args, oauth),
    cookies: createCookieSecrets(context, args.admin ? ["viewer", "admin"] : ["viewer"]),
    ...createBrokerSecret(context, args),
  };
}

/** The name of the Secret of a role's users: one that exists, or one with a generated password for each. `undefined` for a role without users. */
function createUsers(context: Context, basic: BasicAuthArgs, role: Role): Output<string> | undefined {
  if (basic.existingSecrets) {
    const existing = basic.existingSecrets[role];
    return existing === undefined ? undefined : output(existing);
  }
  const users = (role === "viewer" ? basic.viewers : basic.admins) ?? [];
  if (users.length === 0) {
    return undefined;
  }
  const passwords = users.map((user) => [user, createPassword(context, `${role}-user-${user}`, PASSWORD)] as const);
  return createSecret(context, role, Object.fromEntries(passwords));
}

/** The Secret of the cookie secrets, a key for each role: stable over restarts, and never shared between the two processes. */
function createCookieSecrets(context: Context, roles: readonly Role[]): Output<string> {
  const secrets = roles.map((role) => [role, createPassword(context, `${role}-cookie`, COOKIE_SECRET)] as const);
  return createSecret(context, "cookie", Object.fromEntries(secrets));
}

/** Where the client secret of the identity provider is: in a Secret that exists, or in one that is made. */
function createClientSecret(context: Context, args: FlowerDashboardArgs, oauth: OAuthArgs): Output<SecretKey> {
  if (oauth.clientSecretRef) {
    return output(oauth.clientSecretRef);
  }
  const key = "clientSecret";
  const value = checkedSecret(context.name, args, "auth.oauth.clientSecret");
  return createSecret(context, "oauth", { [key]: value }).apply((name) => ({ name, key }));
}

/** The Secret of what `broker` holds itself; a URL in a Secret that exists stays there. */
function createBrokerSecret(
  context: Context,
  args: FlowerDashboardArgs,
): Pick<Credentials, "brokerUrl" | "managementApiUrl"> {
  const { broker } = args;
  const held = {
    ...(broker.url === undefined ? {} : { url: checkedSecret(context.name, args, "broker.url") }),
    ...(broker.managementApiUrl === undefined
      ? {}
      : { managementApiUrl: checkedSecret(context.name, args, "broker.managementApiUrl") }),
  };
  const name = Object.keys(held).length === 0 ? undefined : createSecret(context, "broker", held);
  const keyOf = (key: string) => name?.apply((known) => ({ name: known, key }));
  return {
    // A rule has made sure that there is one of the two.
    brokerUrl: broker.urlSecret ? output(broker.urlSecret) : (keyOf("url") as Output<SecretKey>),
    managementApiUrl: broker.managementApiUrl === undefined ? undefined : keyOf("managementApiUrl"),
  };
}

function createPassword(context: Context, part: string, shape: { length: number; special: boolean }): Output<string> {
  return new random.RandomPassword(
    `${context.name}-${part}`,
    { ...shape, keepers: { rotation: context.rotation } },
    context.options,
  ).result;
}

function createSecret(context: Context, part: string, stringData: Record<string, Input<string>>): Output<string> {
  const secret = new k8s.core.v1.Secret(
    `${context.name}-${part}`,
    { metadata: metadata(context), stringData },
    context.options,
  );
  return secret.metadata.name;
}
