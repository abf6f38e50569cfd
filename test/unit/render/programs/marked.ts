import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const hashed = new pulumi.Config().requireSecret("password").apply((text) => String(text.length));
new k8s.core.v1.ConfigMap("settings", { data: { length: hashed } });
