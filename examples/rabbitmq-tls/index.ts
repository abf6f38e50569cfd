import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "secure-flower";

const config = new Config();

const dashboard = new FlowerDashboard("queues", {
  host: config.require("host"),
  namespace: "queues",
  broker: {
    url: config.requireSecret("brokerUrl"),
    managementApiUrl: config.requireSecret("managementApiUrl"),
    // Secrets of this namespace, for example made by cert-manager: the CA as ca.crt, and a kubernetes.io/tls Secret.
    caSecret: "rabbitmq-ca",
    clientCertSecret: "flower-rabbitmq-client",
    // Ports of the pods, not of a Service.
    peers: [{ namespace: "rabbitmq", podLabels: { "app.kubernetes.io/component": "rabbitmq" }, ports: [5671, 15671] }],
  },
  auth: { basic: { viewers: ["ana"] } },
  tls: { certManagerClusterIssuer: "letsencrypt" },
  ingress: { controller: "traefik" },
});

export const { url, credentialSecretNames } = dashboard;
