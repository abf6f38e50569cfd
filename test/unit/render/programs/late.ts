import * as k8s from "@pulumi/kubernetes";

// Registered long after the program has returned, as by a program that asks a server first.
setTimeout(() => {
  const first = new k8s.core.v1.ConfigMap("first", { data: { a: "1" } });
  first.metadata.name.apply((name) => setTimeout(() => new k8s.core.v1.ConfigMap("second", { data: { name } }), 20));
}, 50);
