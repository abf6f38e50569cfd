import {
  addressFault,
  isClientId,
  isGroupPath,
  isHostAndPort,
  isOktaServer,
  isPrintable,
  wildcardOf,
} from "./addresses";
import { isObjectName, isSecretKey } from "./grammar";
import { peerRules } from "./peers";
import { isPublicMailDomain } from "./publicMail";
import { at, distinct, given, integer, list, required, secretText, text, type Rule } from "./rule";

/** Identity providers for which Flower has a handler. https://flower.readthedocs.io/en/latest/auth.html */
export const PROVIDERS = ["google", "github", "gitlab", "okta"] as const;
/** One of `PROVIDERS`. */
export type Provider = (typeof PROVIDERS)[number];

/** GitLab's roles by number. https://docs.gitlab.com/api/access_requests/ */
const ACCESS_LEVELS = [5, 10, 15, 20, 30, 40, 50];

/** Members that mean something for one provider only. */
const OWN_MEMBERS: Readonly<Record<string, Provider>> = {
  githubHost: "github",
  gitlabHost: "gitlab",
  gitlabGroups: "gitlab",
  gitlabMinAccessLevel: "gitlab",
  oktaBaseUrl: "okta",
};

/** The rules on sign-in with an identity provider. */
export const oauthRules: Rule[] = [
  {
    path: "auth",
    when: (value, args) =>
      typeof value === "object" && value !== null && given(args, "auth.basic") === given(args, "auth.oauth"),
    reason: (_, args) =>
      `has ${given(args, "auth.basic") ? "both basic and oauth" : "neither basic nor oauth"}; ` +
      'write one of them, such as { basic: { viewers: ["ana"] } }',
    shown: "nothing",
  },
  required("auth.oauth.provider", `write one of ${PROVIDERS.join(", ")}`),
  text(
    "auth.oauth.provider",
    (value) => (PROVIDERS as readonly string[]).includes(value),
    `is not a provider that Flower knows; write one of ${PROVIDERS.join(", ")}`,
  ),
  required("auth.oauth.clientId", "write the client ID that the provider gave you"),
  text(
    "auth.oauth.clientId",
    isClientId,
    "is not a client ID: write it as the provider shows it, of A-Z a-z 0-9 . _ -",
  ),
  ...clientSecretRules(),
  required("auth.oauth.viewers", 'say who may look, such as ["ana@example.com"] or ["*@example.com"]'),
  ...peopleRules("viewers"),
  ...peopleRules("admins"),
  {
    path: "auth.oauth.viewers",
    when: (value) => Array.isArray(value) && value.length === 0,
    reason: 'is empty; name at least one viewer, such as "ana@example.com", since nobody could sign in',
  },
  integer("auth.oauth.sessionHours", 1, 720, "hours, such as 12"),
  ...providerRules(),
  ...peerRules("auth.oauth.peers", true),
];

function clientSecretRules(): Rule[] {
  const [secret, reference] = ["auth.oauth.clientSecret", "auth.oauth.clientSecretRef"];
  return [
    {
      path: "auth.oauth",
      when: (value, args) =>
        typeof value === "object" && value !== null && given(args, secret) === given(args, reference),
      reason: (_, args) =>
        `has ${given(args, secret) ? "both clientSecret and clientSecretRef" : "neither clientSecret nor clientSecretRef"}; write one of them`,
      shown: "nothing",
    },
    secretText(secret, isPrintable, "is not a client secret; write printable ASCII without a space or a line break"),
    required(`${reference}.name`, "write the name of the Secret"),
    required(`${reference}.key`, "write the key in it that holds the client secret"),
    text(`${reference}.name`, isObjectName, "is not the name of a Secret; write one such as flower-oauth"),
    text(`${reference}.key`, isSecretKey, "is not a key of a Secret; write one such as clientSecret"),
  ];
}

/** Who may sign in. Flower takes addresses, or one wildcard, and reads anything else as an address that nobody has. */
function peopleRules(role: "viewers" | "admins"): Rule[] {
  const path = `auth.oauth.${role}`;
  return [
    list(path, 'e-mail addresses, such as ["ana@example.com"]'),
    text(
      `${path}[*]`,
      (value) => addressFault(value) === undefined,
      (value) => (typeof value === "string" ? String(addressFault(value)) : String(addressFault(""))),
    ),
    {
      path: `${path}[*]`,
      when: (value) => isPublicMailDomain(wildcardOf(value)),
      reason: (value) =>
        `lets in everybody who gets an address at ${String(wildcardOf(value))}, where anyone can; list the addresses one by one`,
    },
    {
      path,
      when: (value) => Array.isArray(value) && value.length > 1 && value.some((item) => wildcardOf(item) !== undefined),
      reason: "has a wildcard beside others, which Flower cannot tell apart; write that one alone, or addresses only",
    },
    distinct(path),
  ];
}

function providerRules(): Rule[] {
  const host = "is not a host; write a lower-case DNS name, with a port if it is not 443, such as";
  return [
    ...Object.entries(OWN_MEMBERS).map(([member, provider]) => ({
      path: `auth.oauth.${member}`,
      when: (value: unknown, args: unknown) => value !== undefined && at(args, "auth.oauth.provider") !== provider,
      reason: `goes only with provider ${provider}; remove it`,
      shown: "nothing" as const,
    })),
    text("auth.oauth.githubHost", isHostAndPort, `${host} github.example.com`),
    {
      path: "auth.oauth.githubHost",
      when: (value) => typeof value === "string" && value.endsWith(".ghe.com"),
      reason:
        "is GitHub Enterprise Cloud with data residency, whose API Flower does not find; use another provider, or GitHub Enterprise Server",
    },
    text("auth.oauth.gitlabHost", isHostAndPort, `${host} gitlab.example.com`),
    ...groupRules(),
    {
      path: "auth.oauth.oktaBaseUrl",
      when: (value, args) => value === undefined && at(args, "auth.oauth.provider") === "okta",
      reason: "is missing; write Okta's authorization server, such as https://example.okta.com/oauth2/default",
    },
    text(
      "auth.oauth.oktaBaseUrl",
      isOktaServer,
      "is not the URL of an authorization server; write one such as https://example.okta.com/oauth2/default, without a slash at its end",
    ),
    text("auth.oauth.caSecret", isObjectName, "is not the name of a Secret; write one such as provider-ca"),
    {
      path: "auth.oauth.caSecret",
      when: (value, args) => value !== undefined && !hasOwnHost(args),
      reason: "goes only with a provider of your own (githubHost, gitlabHost or oktaBaseUrl); remove it",
    },
  ];
}

function groupRules(): Rule[] {
  return [
    list("auth.oauth.gitlabGroups", 'full paths of groups, such as ["platform/oncall"]'),
    {
      path: "auth.oauth.gitlabGroups",
      when: (value) => Array.isArray(value) && value.length === 0,
      reason: "is empty, which Flower takes for every group; name at least one, or remove it",
    },
    text(
      "auth.oauth.gitlabGroups[*]",
      isGroupPath,
      "is not the full path of a GitLab group; write one such as platform/oncall",
    ),
    distinct("auth.oauth.gitlabGroups"),
    {
      path: "auth.oauth.gitlabMinAccessLevel",
      when: (value) => value !== undefined && !ACCESS_LEVELS.includes(value as number),
      reason: `is not a role of GitLab; write one of ${ACCESS_LEVELS.join(", ")}`,
    },
    {
      path: "auth.oauth.gitlabMinAccessLevel",
      when: (value, args) => value !== undefined && !given(args, "auth.oauth.gitlabGroups"),
      reason: "has no effect without gitlabGroups; name the groups, or remove it",
    },
  ];
}

function hasOwnHost(args: unknown): boolean {
  return ["githubHost", "gitlabHost", "oktaBaseUrl"].some((member) => given(args, `auth.oauth.${member}`));
}
