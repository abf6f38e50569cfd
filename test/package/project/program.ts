import { FlowerDashboard } from "secure-flower";

new FlowerDashboard("queues", {
  host: "flower.example.com",
  broker: { urlSecret: { name: "broker", key: "url" } },
  auth: { basic: { viewers: ["ana"] } },
  tls: { secretName: "public" },
  ingress: { controller: "none", namespace: "proxy" },
});
