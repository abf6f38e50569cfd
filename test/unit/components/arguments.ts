import type { FlowerDashboardArgs } from "../../../components/args";
import { type Model, resolveModel } from "../../../components/model";

/** The least that makes a dashboard: viewers only. */
export const minimal: FlowerDashboardArgs = {
  host: "queues.example.com",
  broker: { url: "redis://:broker-password@redis.example.com:6379/0" },
  auth: { basic: { viewers: ["ana"] } },
  tls: { secretName: "queues-tls" },
  ingress: { controller: "traefik" },
};

/** The same with an admin. */
export const withAdmin: FlowerDashboardArgs = {
  ...minimal,
  auth: { basic: { viewers: ["ana"], admins: ["ada"] } },
  admin: { host: "queues-admin.example.com", allowedSourceRanges: ["10.20.30.0/24"] },
};

/** Users and broker in Secrets that exist: no rule is broken, and fewer Secrets are made. */
export const existing: FlowerDashboardArgs = {
  ...minimal,
  broker: { urlSecret: { name: "celery-broker", key: "url" } },
  auth: { basic: { existingSecrets: { viewer: "flower-viewers", admin: "flower-admins" } } },
  admin: { host: "queues-admin.example.com", allowedSourceRanges: ["10.20.30.0/24"] },
};

/** Sign-in with an identity provider, for viewers only. */
export const signIn: FlowerDashboardArgs = {
  ...minimal,
  auth: {
    oauth: {
      provider: "google",
      clientId: "1234-abc.apps.googleusercontent.com",
      clientSecret: "client-password",
      viewers: ["*@example.com"],
    },
  },
};

/** Sign-in with every member that a GitLab of one's own can have. */
export const signInFully: FlowerDashboardArgs = {
  ...withAdmin,
  auth: {
    oauth: {
      provider: "gitlab",
      clientId: "0a1b2c",
      clientSecretRef: { name: "flower-oauth", key: "secret" },
      viewers: ["ana@example.com", "ben+flower@example.org"],
      admins: ["ada@example.com"],
      sessionHours: 8,
      gitlabHost: "gitlab.example.com:8443",
      gitlabGroups: ["platform/oncall", "data"],
      gitlabMinAccessLevel: 30,
      caSecret: "gitlab-ca",
      peers: [{ cidr: "10.9.0.0/16", except: ["10.9.1.0/24"] }],
    },
  },
};

/** Sign-in with Okta. */
export const signInWithOkta: FlowerDashboardArgs = changed(signIn, {
  "auth.oauth.provider": "okta",
  "auth.oauth.oktaBaseUrl": "https://example.okta.com/oauth2/default",
});

/** A proxy of the user's own in front. */
export const bare: FlowerDashboardArgs = { ...minimal, ingress: { controller: "none", namespace: "edge" } };

/** Every member that can be given together with the others. */
export const full: FlowerDashboardArgs = {
  host: "queues.example.com",
  urlPrefix: "tools/flower_1",
  namespace: "celery",
  broker: {
    url: "rediss://:broker-password@redis.example.com:6380/0",
    caSecret: "broker-ca",
    clientCertSecret: "broker-client",
    managementApiUrl: "https://user:api-password@rabbitmq.example.com:15671/api/",
    peers: [
      { cidr: "10.1.0.0/16", except: ["10.1.9.0/24"], ports: [6380] },
      { namespace: "redis", podLabels: { app: "redis" }, ports: [6380, 26379] },
      { namespaceLabels: { team: "data" } },
    ],
  },
  auth: { basic: { viewers: ["ana", "Ben_2.x-y"], admins: ["ada"] } },
  admin: { host: "queues-admin.example.com", allowedSourceRanges: ["10.20.30.0/24", "2001:db8::/48"] },
  allowedSourceRanges: ["10.0.0.0/8", "2001:db8::/32"],
  trustedProxyRanges: ["192.0.2.0/24", "2001:db8:1::/48"],
  tls: { secretName: "queues-tls", adminSecretName: "queues-admin-tls" },
  ingress: {
    controller: "ingress-nginx",
    className: "internal",
    namespace: "edge",
    podLabels: { "app.kubernetes.io/name": "edge" },
    annotations: { "example.com/owner": 'team "queues"; {$x}\n' },
    httpsPort: 8443,
  },
  networkPolicy: {
    ingress: [{ cidr: "192.0.2.10/32" }],
    egress: [{ cidr: "198.51.100.0/24", ports: [443] }, { namespace: "metrics" }],
    dns: [{ cidr: "10.0.0.10/32" }],
  },
  persistence: { storageClassName: "encrypted-ssd", size: "2Gi", accessMode: "ReadWriteOnce" },
  metrics: {
    namespace: "monitoring",
    podLabels: { app: "prometheus" },
    serviceMonitor: true,
    prometheusRule: true,
    labels: { release: "kube-prometheus-stack" },
  },
  flower: {
    image: `registry.example.com/flower@sha256:${"0".repeat(64)}`,
    imagePullPolicy: "IfNotPresent",
    resources: { requests: { cpu: "100m" }, limits: { memory: "1Gi" } },
    maxTasks: 5000,
    purgeOfflineWorkers: 3600,
    inspectTimeout: 2000,
    naturalTime: true,
    tasksColumns: ["name", "uuid", "state"],
    redactTaskArguments: true,
  },
  nginx: {
    image: "registry.example.com/nginx:1.30",
    imagePullPolicy: "Always",
    resources: { requests: { memory: "64Mi" }, limits: { cpu: "500m" } },
    ipv6: true,
  },
  pod: {
    labels: { team: "data" },
    annotations: { "example.com/note": "any text" },
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [{ key: "dedicated", operator: "Equal", value: "tools", effect: "NoExecute", tolerationSeconds: 60 }],
    affinity: { podAntiAffinity: {} },
    imagePullSecrets: ["registry"],
    priorityClassName: "tooling",
    runtimeClassName: "gvisor",
  },
  rotation: "2026-11",
};

/** Values by property path, for example `{ "auth.basic.viewers[0]": "" }`. */
export type Changes = Readonly<Record<string, unknown>>;

/** A copy of the arguments with other values at some paths; `undefined` takes a member away. Objects on the way are made. */
export function changed<T>(args: T, changes: Changes): T {
  return Object.entries(changes).reduce(
    (result, [path, value]) => put(result, path.match(/"[^"]+"|[^.[\]"]+/g) ?? [], value) as T,
    args,
  );
}

function put(target: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) {
    return value;
  }
  const key = step.replaceAll('"', "");
  const isList = Array.isArray(target) || (target === undefined && /^[0-9]+$/.test(key));
  const copy = Object.assign(isList ? [] : {}, target) as Record<string, unknown>;
  copy[key] = put(copy[key], rest, value);
  return copy;
}

/** The model of arguments that hold no Output. */
export function modelOf(args: FlowerDashboardArgs, name = "queues"): Model {
  return resolveModel(name, args as Parameters<typeof resolveModel>[1]);
}
