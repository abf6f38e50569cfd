import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const { result } = new random.RandomPassword("login", { length: 20 });
new k8s.core.v1.Secret("login", { stringData: { admin: result } });
// Unmarked on purpose: the value alone must give it away.
const clear = pulumi.unsecret(result);
new k8s.core.v1.ConfigMap("settings", {
  metadata: { annotations: { encoded: clear.apply((text) => Buffer.from(`admin:${text}`).toString("base64")) } },
  data: { url: pulumi.interpolate`redis://:${clear}@redis` },
});
