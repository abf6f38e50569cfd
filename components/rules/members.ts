import type * as args from "../args";
import type { OAuthArgs } from "../oauthArgs";
import { isObject, record, type Rule } from "./rule";

type MembersOf<T> = Record<keyof T, true>;

/**
 * The members that each object of the arguments may have. The compiler holds this against the interfaces; at run time it refuses what JavaScript or a
 * cast lets through, since a misspelled control that is silently ignored would be a control that is off.
 */
const dashboard: MembersOf<args.FlowerDashboardArgs> = {
  host: true,
  urlPrefix: true,
  namespace: true,
  broker: true,
  auth: true,
  admin: true,
  allowedSourceRanges: true,
  trustedProxyRanges: true,
  tls: true,
  ingress: true,
  networkPolicy: true,
  persistence: true,
  metrics: true,
  flower: true,
  nginx: true,
  pod: true,
  rotation: true,
};
const broker: MembersOf<args.BrokerArgs> = {
  url: true,
  urlSecret: true,
  caSecret: true,
  clientCertSecret: true,
  managementApiUrl: true,
  peers: true,
};
const secretKey: MembersOf<args.SecretKeyArgs> = { name: true, key: true };
const auth: MembersOf<args.AuthArgs> = { basic: true, oauth: true };
const basic: MembersOf<args.BasicAuthArgs> = { viewers: true, admins: true, existingSecrets: true };
const existingSecrets: MembersOf<args.ExistingSecretsArgs> = { viewer: true, admin: true };
const oauth: MembersOf<OAuthArgs> = {
  provider: true,
  clientId: true,
  clientSecret: true,
  clientSecretRef: true,
  viewers: true,
  admins: true,
  sessionHours: true,
  githubHost: true,
  gitlabHost: true,
  gitlabGroups: true,
  gitlabMinAccessLevel: true,
  oktaBaseUrl: true,
  caSecret: true,
  peers: true,
};
const admin: MembersOf<args.AdminArgs> = { host: true, allowedSourceRanges: true };
const tls: MembersOf<args.TlsArgs> = {
  secretName: true,
  adminSecretName: true,
  certManagerIssuer: true,
  certManagerClusterIssuer: true,
  selfSigned: true,
};
const ingress: MembersOf<args.IngressArgs> = {
  controller: true,
  className: true,
  namespace: true,
  podLabels: true,
  annotations: true,
  httpsPort: true,
};
const networkPolicy: MembersOf<args.NetworkPolicyArgs> = { disabled: true, ingress: true, egress: true, dns: true };
const peer: MembersOf<args.NetworkPeerArgs> = {
  cidr: true,
  except: true,
  namespace: true,
  namespaceLabels: true,
  podLabels: true,
  ports: true,
};
const persistence: MembersOf<args.PersistenceArgs> = { storageClassName: true, size: true, accessMode: true };
const metrics: MembersOf<args.MetricsArgs> = {
  namespace: true,
  podLabels: true,
  serviceMonitor: true,
  podMonitor: true,
  prometheusRule: true,
  labels: true,
};
const flower: MembersOf<args.FlowerArgs> = {
  image: true,
  imagePullPolicy: true,
  resources: true,
  maxTasks: true,
  purgeOfflineWorkers: true,
  inspectTimeout: true,
  naturalTime: true,
  tasksColumns: true,
  redactTaskArguments: true,
};
const nginx: MembersOf<args.NginxArgs> = { image: true, imagePullPolicy: true, resources: true, ipv6: true };
const resources: MembersOf<args.ResourcesArgs> = { requests: true, limits: true };
const pod: MembersOf<args.PodArgs> = {
  labels: true,
  annotations: true,
  nodeSelector: true,
  tolerations: true,
  affinity: true,
  imagePullSecrets: true,
  priorityClassName: true,
  runtimeClassName: true,
};
const toleration: MembersOf<args.TolerationArgs> = {
  key: true,
  operator: true,
  value: true,
  effect: true,
  tolerationSeconds: true,
};

const MEMBERS: Readonly<Record<string, Readonly<Record<string, true>>>> = {
  broker,
  "broker.urlSecret": secretKey,
  "broker.peers[*]": peer,
  auth,
  "auth.basic": basic,
  "auth.basic.existingSecrets": existingSecrets,
  "auth.oauth": oauth,
  "auth.oauth.clientSecretRef": secretKey,
  "auth.oauth.peers[*]": peer,
  admin,
  tls,
  ingress,
  networkPolicy,
  "networkPolicy.ingress[*]": peer,
  "networkPolicy.egress[*]": peer,
  "networkPolicy.dns[*]": peer,
  persistence,
  metrics,
  flower,
  "flower.resources": resources,
  nginx,
  "nginx.resources": resources,
  pod,
  "pod.tolerations[*]": toleration,
};

/** Path patterns of every object that must be an object, for the rules and their tests. */
export const OBJECT_PATHS = Object.keys(MEMBERS);

/** One rule for each object: it is an object and has no member that we do not know. */
export const memberRules: Rule[] = Object.entries({ "": dashboard, ...MEMBERS }).map(([path, members]) =>
  record(
    path,
    (value) => unknownMembers(value, members).length > 0,
    (value) => memberReason(value, members),
  ),
);

function memberReason(value: unknown, members: Readonly<Record<string, true>>): string {
  const may = `write only ${Object.keys(members).join(", ")}`;
  return isObject(value)
    ? `has the unknown member ${unknownMembers(value, members).join(", ")}; ${may}`
    : `is not an object; ${may}`;
}

function unknownMembers(value: object, members: Readonly<Record<string, true>>): string[] {
  return Object.entries(value)
    .filter(([key, item]) => item !== undefined && !Object.hasOwn(members, key))
    .map(([key]) => key);
}
