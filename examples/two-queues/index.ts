import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "secure-flower";

const config = new Config();

/** One entry a dashboard: another queue is another line. */
const queues = [
  { name: "mail", viewers: ["ana", "ben"] },
  { name: "video", viewers: ["ben"] },
] as const;

const dashboards = queues.map(
  ({ name, viewers }) =>
    new FlowerDashboard(name, {
      host: `${name}.${config.require("domain")}`,
      namespace: "queues",
      broker: { url: config.requireSecret(`${name}BrokerUrl`), peers: [{ namespace: name, ports: [6379] }] },
      auth: { basic: { viewers: [...viewers] } },
      tls: { certManagerClusterIssuer: "letsencrypt" },
      ingress: { controller: "traefik" },
    }),
);

export const urls = dashboards.map(({ url }) => url);
export const credentialSecretNames = dashboards.map((dashboard) => dashboard.credentialSecretNames);
