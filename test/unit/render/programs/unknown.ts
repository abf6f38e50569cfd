import * as k8s from "@pulumi/kubernetes";

const service = new k8s.core.v1.Service("web", { spec: { type: "LoadBalancer" } });
new k8s.core.v1.ConfigMap("settings", {
  data: {
    address: service.status.loadBalancer.ingress.apply(([first]) => first?.ip ?? ""),
    name: service.metadata.name,
  },
});
