import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "../../../index";

const controller = new Config().require("controller");
const monitor = new Config().get("monitor");

// The arguments that leave a trace in the objects, all at once.
new FlowerDashboard("queues", {
  host: "flower.example.com",
  namespace: "flower",
  allowedSourceRanges: ["10.0.0.0/8", "2001:db8::/32"],
  trustedProxyRanges: ["192.0.2.0/24"],
  admin: { host: "flower-admin.example.com", allowedSourceRanges: ["10.9.0.0/16"] },
  broker: {
    urlSecret: { name: "redis", key: "url" },
    caSecret: "redis-ca",
    peers: [
      { namespace: "redis", podLabels: { app: "redis" }, ports: [6379] },
      { cidr: "192.0.2.0/24", except: ["192.0.2.7/32"] },
    ],
  },
  auth: { basic: { viewers: ["ana"], admins: ["ada"] } },
  tls: { certManagerClusterIssuer: "letsencrypt" },
  persistence: { storageClassName: "encrypted", size: "1Gi" },
  metrics: {
    namespace: "monitoring",
    serviceMonitor: monitor === "serviceMonitor",
    podMonitor: monitor === "podMonitor",
    prometheusRule: true,
    labels: { release: "prometheus" },
  },
  ingress: {
    controller,
    className: controller === "gateway-api" ? "edge" : undefined,
    namespace: "ingress",
    podLabels: { app: "proxy" },
  },
});
