import type { types } from "@pulumi/kubernetes";
import type { Model, Role } from "../model";
import { historyVolumes } from "./history";
import { COOKIE_SECRET_FILE, type SecretKey } from "./flower";
import { CLIENT_SECRET_FILE } from "./oauth";
import { metricsVolumes } from "./metrics";
import type { PodReferences } from "./pod";

type Volume = types.input.core.v1.Volume;

/** Names of the pod's volumes. */
export const VOLUMES = {
  nginxConfig: "nginx-config",
  scripts: "flower-scripts",
  serverTls: "server-tls",
  serverCa: "server-ca",
  viewerUsers: "viewer-users",
  adminUsers: "admin-users",
  viewerCookie: "viewer-cookie",
  adminCookie: "admin-cookie",
  oauthClient: "oauth-client",
  oauthCa: "oauth-ca",
  brokerCa: "broker-ca",
  brokerClient: "broker-client",
  static: "static",
  logins: "logins",
  nginxTmp: "nginx-tmp",
  prepareTmp: "prepare-tmp",
  viewerTmp: "viewer-tmp",
  adminTmp: "admin-tmp",
  history: "history",
} as const;

/** Owner and group may read: the group is the pod's fsGroup. */
const SECRET_MODE = 0o440;

/** Every volume of the pod: references, and memory. Nothing is written to a disk but the history of tasks, where one was asked for. */
export function volumes(model: Model, references: PodReferences): Volume[] {
  const { admin, oauth, broker } = model;
  const { clientSecret, cookies } = references;
  const cookie = (key: Role): SecretKey => ({ name: cookies, key });
  return [
    { name: VOLUMES.nginxConfig, configMap: { name: references.nginxConfig } },
    { name: VOLUMES.scripts, configMap: { name: references.scripts } },
    secret(VOLUMES.serverTls, references.serverTls),
    ...metricsVolumes(model, references.serverTls),
    ...(references.viewerUsers === undefined ? [] : [secret(VOLUMES.viewerUsers, references.viewerUsers)]),
    ...(references.adminUsers === undefined ? [] : [secret(VOLUMES.adminUsers, references.adminUsers)]),
    secretFile(VOLUMES.viewerCookie, cookie("viewer"), COOKIE_SECRET_FILE),
    ...(admin ? [secretFile(VOLUMES.adminCookie, cookie("admin"), COOKIE_SECRET_FILE)] : []),
    ...(clientSecret === undefined ? [] : [secretFile(VOLUMES.oauthClient, clientSecret, CLIENT_SECRET_FILE)]),
    ...(oauth?.caSecret === undefined ? [] : [secretFiles(VOLUMES.oauthCa, oauth.caSecret, ["ca.crt"])]),
    ...(broker.caSecret === undefined ? [] : [secretFiles(VOLUMES.brokerCa, broker.caSecret, ["ca.crt"])]),
    ...(broker.clientCertSecret === undefined
      ? []
      : [secretFiles(VOLUMES.brokerClient, broker.clientCertSecret, ["tls.crt", "tls.key"])]),
    memory(VOLUMES.static, "16Mi"),
    memory(VOLUMES.logins, "1Mi"),
    memory(VOLUMES.nginxTmp, "16Mi"),
    memory(VOLUMES.prepareTmp, "1Mi"),
    memory(VOLUMES.viewerTmp, "16Mi"),
    ...(admin ? [memory(VOLUMES.adminTmp, "16Mi")] : []),
    ...historyVolumes(references.historyClaim),
  ];
}

function secret(name: string, secretName: string): Volume {
  return { name, secret: { secretName, defaultMode: SECRET_MODE } };
}

/** Some keys of a Secret; what else is in it stays out of the pod, as the private key does that often lies beside a CA's certificate. */
function secretFiles(name: string, secretName: string, keys: readonly string[]): Volume {
  const items = keys.map((key) => ({ key, path: key }));
  return { name, secret: { secretName, defaultMode: SECRET_MODE, items } };
}

/** One key of a Secret as a file of this name. */
function secretFile(name: string, { name: secretName, key }: SecretKey, path: string): Volume {
  return { name, secret: { secretName, defaultMode: SECRET_MODE, items: [{ key, path }] } };
}

function memory(name: string, sizeLimit: string): Volume {
  return { name, emptyDir: { medium: "Memory", sizeLimit } };
}
