import type { types } from "@pulumi/kubernetes";
import type { ContainerModel, Dashboard, Model } from "../model";
import { flowerEnvironment, plain } from "./flower";
import { historyMounts } from "./history";
import { MINIMUM_FLOWER_VERSION } from "./images";
import { METRICS_PORT_NAME, metricsMounts } from "./metrics";
import { HEALTH_PORT, HTTPS_PORT, METRICS_PORT, MOUNTS } from "./paths";
import type { PodReferences } from "./pod";
import { VOLUMES } from "./volumes";

type Container = types.input.core.v1.Container;
type Mount = types.input.core.v1.VolumeMount;
type Probe = types.input.core.v1.Probe;

/** The user of nginx' unprivileged image. */
export const NGINX_UID = 101;

/** What every container has in common, as Pod Security `restricted` asks and more. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
function base({ image, imagePullPolicy, resources }: ContainerModel) {
  return {
    image,
    imagePullPolicy,
    resources: { requests: { ...resources.requests }, limits: { ...resources.limits } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    // The last lines of a container that refuses to start are shown by `kubectl describe` and by `pulumi up`.
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/**
 * The init container: refuses a Flower that is too old, and lays what nginx serves or reads into memory: Flower's static files, and
 * the list of log-ins by which a guess is told.
 */
export function prepareContainer(model: Model): Container {
  const users = { viewer: `${MOUNTS.users}/viewer`, admin: `${MOUNTS.users}/admin` };
  // Without passwords there is no list of log-ins.
  const roles = model.oauth ? { viewer: false, admin: false } : { viewer: true, admin: model.admin !== undefined };
  return {
    name: "prepare",
    ...base(model.flower),
    command: python("prepare.py"),
    workingDir: MOUNTS.scripts,
    env: plain({
      MINIMUM_FLOWER_VERSION,
      STATIC_DIR: MOUNTS.static,
      LOGINS_DIR: MOUNTS.logins,
      VIEWER_USERS_DIR: roles.viewer ? users.viewer : undefined,
      ADMIN_USERS_DIR: roles.admin ? users.admin : undefined,
    }),
    volumeMounts: [
      readOnly(VOLUMES.scripts, MOUNTS.scripts),
      ...(roles.viewer ? [readOnly(VOLUMES.viewerUsers, users.viewer)] : []),
      ...(roles.admin ? [readOnly(VOLUMES.adminUsers, users.admin)] : []),
      { name: VOLUMES.static, mountPath: MOUNTS.static },
      { name: VOLUMES.logins, mountPath: MOUNTS.logins },
      { name: VOLUMES.prepareTmp, mountPath: MOUNTS.tmp },
    ],
  };
}

/** One Flower process. It listens on loopback only, so its probes go through nginx. */
export function flowerContainer(model: Model, dashboard: Dashboard, references: PodReferences): Container {
  const { role } = dashboard;
  const { brokerUrl, managementApiUrl } = references;
  return {
    name: `flower-${role}`,
    ...base(model.flower),
    command: python("start.py"),
    workingDir: MOUNTS.scripts,
    env: flowerEnvironment(model, dashboard, { brokerUrl, managementApiUrl }),
    volumeMounts: [
      readOnly(VOLUMES.scripts, MOUNTS.scripts),
      readOnly(role === "admin" ? VOLUMES.adminCookie : VOLUMES.viewerCookie, MOUNTS.cookie),
      ...credentialMounts(model, role),
      ...(model.broker.caSecret === undefined ? [] : [readOnly(VOLUMES.brokerCa, MOUNTS.brokerCa)]),
      ...(model.broker.clientCertSecret === undefined ? [] : [readOnly(VOLUMES.brokerClient, MOUNTS.brokerClient)]),
      { name: role === "admin" ? VOLUMES.adminTmp : VOLUMES.viewerTmp, mountPath: MOUNTS.tmp },
      ...historyMounts(model, role),
      ...metricsMounts(model, dashboard),
    ],
    // Flower starts in about 2 s, on a busy node in far more; its health says nothing of the broker, so it does not flap with it.
    startupProbe: probe(role, { periodSeconds: 2, failureThreshold: 45 }),
    readinessProbe: probe(role, { periodSeconds: 5, failureThreshold: 3 }),
    // Longer than nginx' own, so that nginx is restarted first when it is nginx that does not answer.
    livenessProbe: probe(role, { periodSeconds: 10, failureThreshold: 9 }),
    // Longer than nginx', which would otherwise answer 503 while it still gets requests: seen on a cluster at every roll.
    lifecycle: { preStop: { sleep: { seconds: 8 } } },
  };
}

/** What a Flower process tells its users by: their passwords, or the provider's client secret and CA. */
function credentialMounts({ oauth }: Model, role: Dashboard["role"]): Mount[] {
  if (oauth === undefined) {
    return [readOnly(role === "admin" ? VOLUMES.adminUsers : VOLUMES.viewerUsers, MOUNTS.users)];
  }
  return [
    readOnly(VOLUMES.oauthClient, MOUNTS.oauthClient),
    ...(oauth.caSecret === undefined ? [] : [readOnly(VOLUMES.oauthCa, MOUNTS.oauthCa)]),
  ];
}

/** nginx: the only way in. */
export function nginxContainer(model: Model): Container {
  return {
    name: "nginx",
    ...base(model.nginx),
    securityContext: { ...base(model.nginx).securityContext, runAsUser: NGINX_UID, runAsGroup: NGINX_UID },
    command: ["nginx", "-e", "stderr", "-c", `${MOUNTS.nginxConfig}/nginx.conf`],
    ports: [
      { name: "https", containerPort: HTTPS_PORT, protocol: "TCP" },
      { name: "health", containerPort: HEALTH_PORT, protocol: "TCP" },
      ...(model.metrics ? [{ name: METRICS_PORT_NAME, containerPort: METRICS_PORT, protocol: "TCP" }] : []),
    ],
    volumeMounts: [
      readOnly(VOLUMES.nginxConfig, MOUNTS.nginxConfig),
      readOnly(VOLUMES.serverTls, MOUNTS.serverTls),
      readOnly(VOLUMES.static, MOUNTS.static),
      readOnly(VOLUMES.logins, MOUNTS.logins),
      { name: VOLUMES.nginxTmp, mountPath: MOUNTS.tmp },
    ],
    startupProbe: probe("nginx", { periodSeconds: 1, failureThreshold: 30 }),
    readinessProbe: probe("nginx", { periodSeconds: 5, failureThreshold: 2 }),
    livenessProbe: probe("nginx", { periodSeconds: 10, failureThreshold: 3 }),
    // The Service and the controller need a moment to forget a pod that ends; requests in flight are then finished (SIGQUIT, the image's stop signal).
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
  };
}

/** Isolated: no PYTHON* variable of an image, no user site and no file of the working directory takes part. */
function python(script: string): string[] {
  return ["python3", "-I", `${MOUNTS.scripts}/${script}`];
}

function probe(path: string, timing: { periodSeconds: number; failureThreshold: number }): Probe {
  return { httpGet: { path: `/${path}`, port: HEALTH_PORT, scheme: "HTTP" }, timeoutSeconds: 5, ...timing };
}

function readOnly(name: string, mountPath: string): Mount {
  return { name, mountPath, readOnly: true };
}
