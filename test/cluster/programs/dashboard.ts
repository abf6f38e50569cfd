import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "../../../index";

/** One dashboard with both roles, whose broker is the Redis of its own namespace. */
const config = new Config();
const name = config.get("name") ?? "queues";
const host = config.require("host");
const ranges = config.requireObject<{ viewer: string[]; admin: string[] }>("sourceRanges");

new FlowerDashboard(name, {
  host,
  admin: { host: `admin-${host}`, allowedSourceRanges: ranges.admin },
  allowedSourceRanges: ranges.viewer,
  namespace: config.require("namespace"),
  broker: config.get("brokerSecret")
    ? { urlSecret: { name: config.require("brokerSecret"), key: "url" } }
    : { url: config.requireSecret("brokerUrl") },
  auth: { basic: { viewers: ["ana", "ben"], admins: ["ada"] } },
  tls: { selfSigned: true },
  ingress: {
    controller: config.get("controller") ?? "traefik",
    namespace: "traefik",
    podLabels: { "app.kubernetes.io/name": "traefik" },
  },
  networkPolicy: config.getBoolean("networkPolicy") === false ? { disabled: true } : undefined,
  flower: { image: config.get("flowerImage") },
  nginx: { image: config.get("nginxImage") },
  rotation: config.get("rotation"),
});
