import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "../../../index";

const config = new Config();

// The demo's dashboard, with what examples/basic does not switch on.
new FlowerDashboard("queues", {
  host: config.require("host"),
  admin: {
    host: config.require("adminHost"),
    allowedSourceRanges: config.requireObject<string[]>("adminSourceRanges"),
  },
  allowedSourceRanges: config.requireObject<string[]>("sourceRanges"),
  broker: { url: config.requireSecret("brokerUrl"), peers: [{ namespace: "redis", ports: [6379] }] },
  auth: { basic: { viewers: ["ana", "ben"], admins: ["ada"] } },
  tls: { selfSigned: true },
  ingress: { controller: "ingress-nginx", httpsPort: config.requireNumber("httpsPort") },
  flower: { redactTaskArguments: true },
  metrics: { namespace: "monitoring", serviceMonitor: true, prometheusRule: true },
  persistence: { storageClassName: "encrypted", size: "64Mi" },
});
