import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "secure-flower";

const config = new Config();

const dashboard = new FlowerDashboard("queues", {
  host: config.require("host"),
  admin: {
    host: config.require("adminHost"),
    allowedSourceRanges: config.getObject<string[]>("adminSourceRanges") ?? ["10.0.0.0/8"],
  },
  allowedSourceRanges: config.getObject<string[]>("sourceRanges"),
  namespace: config.get("namespace"),
  broker: { url: config.requireSecret("brokerUrl"), peers: [{ namespace: "redis", ports: [6379] }] },
  auth: { basic: { viewers: ["ana", "ben"], admins: ["ada"] } },
  tls: { selfSigned: true },
  ingress: { controller: "ingress-nginx", httpsPort: config.getNumber("httpsPort") },
  flower: { image: config.get("flowerImage") },
});

export const url = dashboard.url;
export const adminUrl = dashboard.adminUrl;
export const credentialSecretNames = dashboard.credentialSecretNames;
