import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const cluster = new pulumi.StackReference("acme/cluster/dev");
new k8s.core.v1.ConfigMap("settings", {
  data: { domain: cluster.requireOutput("domain"), zone: cluster.getOutput("zone") },
});
