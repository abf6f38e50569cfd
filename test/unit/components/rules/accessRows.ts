import { existing, withAdmin } from "../arguments";
import { row, type Row } from "./row";

const DNS = "is not a lower-case DNS name; write one without scheme, port or path, such as";
const OBJECT = "is not the name of a Kubernetes object; write one such as queues-tls";
const SECRET = "is not the name of a Secret; write one such as";
const SOURCES = "write exactly one of secretName, certManagerIssuer, certManagerClusterIssuer, or selfSigned: true";
const USER = "cannot be a user: a name is a key of a Secret; write 1 to 64 of A-Z a-z 0-9 . _ -, first a letter";

/** Every rule on who may reach the dashboard, broken: names, users, addresses, certificates. */
export const accessRows: readonly Row[] = [
  row("host", { host: undefined }, ["is missing; write the public DNS name, such as queues.example.com"]),
  row("host", { host: null }, ["null is missing; write the public DNS name"]),
  row("host", { host: "https://a.example.com" }, ['"https://a.example.com"', DNS, "queues.example.com"]),
  row("host", { host: 7 }, ["7", DNS]),
  row("host", { host: "Queues.example.com" }, ['"Queues.example.com"', DNS]),
  row("urlPrefix", { urlPrefix: "/flower/" }, ['"/flower/" is not a path', "write it without slashes at its ends"]),
  row("urlPrefix", { urlPrefix: "" }, ['"" is not a path of letters']),

  row("auth", { auth: undefined }, ['is missing; say who may log in, such as { basic: { viewers: ["ana"] } }']),
  row("auth.basic", { "auth.basic.viewers": undefined }, ["has neither viewers nor existingSecrets; write one"]),
  row("auth.basic", { "auth.basic.existingSecrets": { viewer: "flower-viewers" } }, [
    "has both viewers and existingSecrets; write one of them",
  ]),
  row("auth.basic.viewers", { "auth.basic.viewers": "ana" }, ['"ana" is not a list; write names of users, such as']),
  row("auth.basic.viewers", { "auth.basic.viewers": [] }, ["[] is empty; name at least one viewer"]),
  row("auth.basic.viewers[1]", { "auth.basic.viewers": ["ana", "a,b"] }, ['"a,b"', USER]),
  row("auth.basic.viewers[0]", { "auth.basic.viewers": [undefined] }, [USER]),
  row("auth.basic.viewers", { "auth.basic.viewers": ["ana", "ana"] }, ['["ana","ana"] names something twice; write']),
  row("auth.basic.admins", { "auth.basic.admins": { ada: true } }, ["is not a list; write names of users"]),
  row("auth.basic.admins[0]", { "auth.basic.admins": ["ada:x"] }, ['"ada:x"', USER], withAdmin),
  row("auth.basic.admins", { "auth.basic.admins": ["ada", "ada"] }, ['["ada","ada"] names something twice'], withAdmin),
  row("auth.basic.admins", { "auth.basic.admins": ["ada"] }, ["cannot stand beside existingSecrets", "name"], existing),
  row(
    "auth.basic.existingSecrets.viewer",
    { "auth.basic.existingSecrets.viewer": undefined },
    ["is missing; write the name of the Secret of the viewers"],
    existing,
  ),
  row(
    "auth.basic.existingSecrets.viewer",
    { "auth.basic.existingSecrets.viewer": "Viewers" },
    ['"Viewers"', SECRET, "flower-viewers"],
    existing,
  ),
  row(
    "auth.basic.existingSecrets.admin",
    { "auth.basic.existingSecrets.admin": "flower/admins" },
    ['"flower/admins"', SECRET, "flower-admins"],
    existing,
  ),
  row(
    "auth.basic.existingSecrets.admin",
    { "auth.basic.existingSecrets.admin": "flower-viewers" },
    ['"flower-viewers" is the viewers\' Secret too; give the admins one of their own'],
    existing,
  ),

  row("admin", { admin: undefined }, ['is missing although there are admins; write { host: "queues-admin'], withAdmin),
  row("admin", { admin: undefined }, ["is missing although there are admins"], existing),
  row("admin", { "auth.basic.admins": undefined }, ["is given although there are no admins; remove it, or"], withAdmin),
  row("admin.host", { "admin.host": undefined }, ["is missing; write the public DNS name of the admin"], withAdmin),
  row("admin.host", { "admin.host": "a_b" }, ['"a_b"', DNS, "queues-admin.example.com"], withAdmin),
  row(
    "admin.host",
    { "admin.host": "queues.example.com" },
    ['"queues.example.com" is the viewers\' host too', "give it a name of its own"],
    withAdmin,
  ),
  row(
    "admin.allowedSourceRanges",
    { "admin.allowedSourceRanges": undefined },
    ['is missing; write the CIDR ranges of the admins, such as ["10.20.30.0/24"]'],
    withAdmin,
  ),
  ...rangeRows("admin.allowedSourceRanges", withAdmin),
  row(
    "admin.allowedSourceRanges[1]",
    { "admin.allowedSourceRanges": ["10.0.0.0/8", "0.0.0.0/0"] },
    ['"0.0.0.0/0" opens the dashboard with full control to everybody; write the ranges of the admins only, such as'],
    withAdmin,
  ),
  row("admin.allowedSourceRanges", { "admin.allowedSourceRanges": [] }, ["[] is empty", "write at least"], withAdmin),
  ...rangeRows("allowedSourceRanges"),
  row("allowedSourceRanges", { allowedSourceRanges: [] }, ["[] is empty, so that nobody could connect; write"]),
  ...rangeRows("trustedProxyRanges"),
  ...["::/0", "0.0.0.0/0", "128.0.0.0/1"].map((range) =>
    row("trustedProxyRanges[0]", { trustedProxyRanges: [range] }, [
      `"${range}" trusts so many addresses that anyone could forge theirs; write the ranges of your proxies`,
    ]),
  ),

  row("tls", { tls: undefined }, ["is missing; write one of secretName, certManagerIssuer"]),
  row("tls", { tls: {} }, ["names no certificate;", SOURCES]),
  row("tls", { "tls.selfSigned": true }, ["has secretName and selfSigned;", SOURCES]),
  row("tls", { tls: { certManagerIssuer: "a", certManagerClusterIssuer: "b" } }, ["has certManagerIssuer and certM"]),
  row("tls.selfSigned", { "tls.selfSigned": "yes" }, ['"yes" is neither true nor false; write one of them, plain']),
  row("tls.secretName", { tls: { secretName: "TLS" } }, ['"TLS"', OBJECT]),
  row("tls.adminSecretName", { "tls.adminSecretName": "a b" }, ['"a b"', OBJECT], withAdmin),
  row("tls.certManagerIssuer", { tls: { certManagerIssuer: "-" } }, ['"-"', OBJECT]),
  row("tls.certManagerClusterIssuer", { tls: { certManagerClusterIssuer: "" } }, ['""', OBJECT]),
  row("tls.adminSecretName", { "tls.adminSecretName": "queues-admin-tls" }, [
    "goes only with tls.secretName and admin",
  ]),
];

function rangeRows(path: string, base?: Row["base"]): Row[] {
  const ranges = (...values: unknown[]) => ({ [path]: values });
  return [
    row(path, { [path]: "10.0.0.0/8" }, ['"10.0.0.0/8" is not a list; write CIDR ranges, such as'], base),
    row(`${path}[0]`, ranges("10.0.0.1"), ['"10.0.0.1" has no mask; write 10.0.0.1/32'], base),
    row(`${path}[0]`, ranges("2001:db8::1"), ['"2001:db8::1" has no mask; write 2001:db8::1/128'], base),
    row(`${path}[1]`, ranges("10.0.0.0/8", "10.0.0.1/8"), ['"10.0.0.1/8" has bits outside', "write 10.0.0.0/8"], base),
    row(`${path}[0]`, ranges("all"), ['"all" is not a CIDR range; write one such as 10.0.0.0/8'], base),
    row(`${path}[0]`, ranges("10.0.0.0/33"), ['"10.0.0.0/33" is not a CIDR range; write'], base),
    row(`${path}[0]`, ranges(10), ["10 is not a CIDR range; write one such as"], base),
    row(path, ranges("10.0.0.0/8", "10.0.0.0/8"), ["names something twice; write each once"], base),
  ];
}
