import { isDnsName, isObjectName, isUrlPrefix, isUserName } from "./grammar";
import { narrow, rangeRules, sourceRules } from "./ranges";
import { at, distinct, filled, flag, given, list, required, text, type Rule } from "./rule";

/** The rules on who may reach the dashboard: names, users, addresses, certificates. */
export const accessRules: Rule[] = [
  required("host", "write the public DNS name, such as queues.example.com"),
  text(
    "host",
    isDnsName,
    "is not a lower-case DNS name; write one without scheme, port or path, such as queues.example.com",
  ),
  text(
    "urlPrefix",
    isUrlPrefix,
    "is not a path of letters, digits, _ and -; write it without slashes at its ends, such as flower",
  ),

  required("auth", 'say who may log in, such as { basic: { viewers: ["ana"] } }'),
  {
    path: "auth.basic",
    when: (_, args) =>
      given(args, "auth.basic") && given(args, "auth.basic.viewers") === given(args, "auth.basic.existingSecrets"),
    reason: (_, args) =>
      given(args, "auth.basic.viewers")
        ? "has both viewers and existingSecrets; write one of them"
        : "has neither viewers nor existingSecrets; write one of them",
    shown: "nothing",
  },
  ...userRules("viewers"),
  ...userRules("admins"),
  {
    path: "auth.basic.viewers",
    when: (value) => Array.isArray(value) && value.length === 0,
    reason: "is empty; name at least one viewer, since a dashboard without users is open or useless",
  },
  {
    path: "auth.basic.admins",
    when: (value, args) => value !== undefined && given(args, "auth.basic.existingSecrets"),
    reason: "cannot stand beside existingSecrets; name the Secret in auth.basic.existingSecrets.admin instead",
  },
  required("auth.basic.existingSecrets.viewer", "write the name of the Secret of the viewers"),
  text(
    "auth.basic.existingSecrets.viewer",
    isObjectName,
    "is not the name of a Secret; write one such as flower-viewers",
  ),
  text(
    "auth.basic.existingSecrets.admin",
    isObjectName,
    "is not the name of a Secret; write one such as flower-admins",
  ),
  {
    path: "auth.basic.existingSecrets.admin",
    when: (value, args) => value !== undefined && value === at(args, "auth.basic.existingSecrets.viewer"),
    reason: "is the viewers' Secret too; give the admins one of their own",
  },

  {
    path: "admin",
    when: (value, args) => value === undefined && hasAdmins(args),
    reason:
      'is missing although there are admins; write { host: "queues-admin.example.com", allowedSourceRanges: ["10.20.30.0/24"] }',
  },
  {
    path: "admin",
    when: (value, args) => value !== undefined && !hasAdmins(args),
    reason: (_, args) =>
      `is given although there are no admins; remove it, or name them in auth.${given(args, "auth.oauth") ? "oauth" : "basic"}.admins`,
    shown: "nothing",
  },
  required("admin.host", "write the public DNS name of the admin dashboard, such as queues-admin.example.com"),
  text(
    "admin.host",
    isDnsName,
    "is not a lower-case DNS name; write one without scheme, port or path, such as queues-admin.example.com",
  ),
  {
    path: "admin.host",
    when: (value, args) => value !== undefined && value === at(args, "host"),
    reason:
      "is the viewers' host too; on one origin a viewer's page could act for an admin, so give it a name of its own",
  },
  required("admin.allowedSourceRanges", 'write the CIDR ranges of the admins, such as ["10.20.30.0/24"]'),
  ...sourceRules("admin.allowedSourceRanges"),
  narrow(
    "admin.allowedSourceRanges[*]",
    "opens the dashboard with full control to everybody; write the ranges of the admins only, such as those of your VPN",
  ),
  ...sourceRules("allowedSourceRanges"),
  ...rangeRules("trustedProxyRanges"),
  narrow(
    "trustedProxyRanges[*]",
    "trusts so many addresses that anyone could forge theirs; write the ranges of your proxies only",
  ),

  required("tls", "write one of secretName, certManagerIssuer, certManagerClusterIssuer, or selfSigned: true"),
  {
    path: "tls",
    when: (value, args) => value !== undefined && value !== null && certificateSources(args).length !== 1,
    reason: (_, args) =>
      `${certificateSources(args).length === 0 ? "names no certificate" : `has ${certificateSources(args).join(" and ")}`}; ` +
      "write exactly one of secretName, certManagerIssuer, certManagerClusterIssuer, or selfSigned: true",
    shown: "nothing",
  },
  flag("tls.selfSigned"),
  ...["secretName", "adminSecretName", "certManagerIssuer", "certManagerClusterIssuer"].map((member) =>
    text(`tls.${member}`, isObjectName, "is not the name of a Kubernetes object; write one such as queues-tls"),
  ),
  {
    path: "tls.adminSecretName",
    when: (value, args) => value !== undefined && !(given(args, "tls.secretName") && given(args, "admin")),
    reason: "goes only with tls.secretName and admin; remove it",
  },
];

function userRules(role: "viewers" | "admins"): Rule[] {
  return [
    list(`auth.basic.${role}`, 'names of users, such as ["ana"]'),
    text(
      `auth.basic.${role}[*]`,
      isUserName,
      "cannot be a user: a name is a key of a Secret; write 1 to 64 of A-Z a-z 0-9 . _ -, first a letter or digit",
    ),
    distinct(`auth.basic.${role}`),
  ];
}

/** Whether the arguments name admins: users, or a Secret of them. */
export function hasAdmins(args: unknown): boolean {
  return (
    filled(args, "auth.basic.admins") ||
    given(args, "auth.basic.existingSecrets.admin") ||
    filled(args, "auth.oauth.admins")
  );
}

function certificateSources(args: unknown): string[] {
  const named = ["secretName", "certManagerIssuer", "certManagerClusterIssuer"].filter((member) =>
    given(args, `tls.${member}`),
  );
  return at(args, "tls.selfSigned") === true ? [...named, "selfSigned"] : named;
}
