import { FlowerDashboard } from "secure-flower";
import { settings } from "./settings";

const dashboard = new FlowerDashboard("queues", {
  host: settings.host,
  namespace: settings.namespace,
  broker: { url: settings.brokerUrl, peers: [{ namespace: "redis", ports: [6380] }] },
  auth: settings.auth,
  admin: { host: settings.adminHost, allowedSourceRanges: settings.adminSourceRanges },
  tls: { certManagerClusterIssuer: settings.issuer },
  ingress: { controller: "ingress-nginx" },
  persistence: settings.persistence,
  flower: { image: settings.flowerImage },
  nginx: { image: settings.nginxImage },
});

export const { url, adminUrl, redirectUri, adminRedirectUri, credentialSecretNames } = dashboard;
