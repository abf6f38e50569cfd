import type { ComponentResourceOptions, Config, Input } from "@pulumi/pulumi";
import { FlowerDashboard, type MetricsArgs, type OAuthArgs, type PersistenceArgs } from "../../../index";

/** One dashboard with both roles, whose broker is the Redis of its own namespace. @param host instead of the configuration's */
export function makeDashboard(
  config: Config,
  opts?: ComponentResourceOptions,
  host: Input<string> = config.require("host"),
): FlowerDashboard {
  const name = config.get("name") ?? "queues";
  const oauth = config.getObject<OAuthArgs>("oauth");
  const ranges = config.requireObject<{ viewer: string[]; admin: string[] }>("sourceRanges");
  return new FlowerDashboard(
    name,
    {
      host,
      admin: { host: `admin-${config.require("host")}`, allowedSourceRanges: ranges.admin },
      allowedSourceRanges: ranges.viewer,
      namespace: config.get("namespace"),
      broker: config.get("brokerSecret")
        ? { urlSecret: { name: config.require("brokerSecret"), key: "url" } }
        : { url: config.requireSecret("brokerUrl") },
      auth: oauth === undefined ? { basic: { viewers: ["ana", "ben"], admins: ["ada"] } } : { oauth },
      persistence: config.getObject<PersistenceArgs>("persistence"),
      metrics: config.getObject<MetricsArgs>("metrics"),
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
    },
    opts,
  );
}
