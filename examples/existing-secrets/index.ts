import * as k8s from "@pulumi/kubernetes";
import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "secure-flower";

const config = new Config();
const namespace = "queues";
const rotation = config.get("rotation");

/** An ExternalSecret, and the Secret of the same name that External Secrets makes of it. https://external-secrets.io/latest/api/externalsecret/ */
function fromVault(name: string, keys: Record<string, { key: string; property: string }>): string {
  new k8s.apiextensions.CustomResource(name, {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace },
    spec: {
      refreshInterval: "1h",
      secretStoreRef: { kind: "ClusterSecretStore", name: config.require("secretStore") },
      target: { name },
      data: Object.entries(keys).map(([secretKey, remoteRef]) => ({ secretKey, remoteRef })),
    },
  });
  return name;
}

const viewers = fromVault("flower-viewers", {
  ana: { key: "flower/viewers", property: "ana" },
  ben: { key: "flower/viewers", property: "ben" },
});
const admins = fromVault("flower-admins", { ada: { key: "flower/admins", property: "ada" } });
const broker = fromVault("celery-broker", { url: { key: "celery/broker", property: "url" } });

const dashboard = new FlowerDashboard("queues", {
  host: config.require("host"),
  namespace,
  broker: { urlSecret: { name: broker, key: "url" }, peers: [{ namespace: "redis", ports: [6379] }] },
  auth: { basic: { existingSecrets: { viewer: viewers, admin: admins } } },
  admin: { host: config.require("adminHost"), allowedSourceRanges: ["10.20.30.0/24"] },
  tls: { certManagerClusterIssuer: "letsencrypt" },
  ingress: { controller: "traefik" },
  // A pod does not notice a changed Secret by itself: change this after you have changed a password in the vault.
  rotation,
});

export const { url, adminUrl } = dashboard;
