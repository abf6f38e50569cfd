import * as k8s from "@pulumi/kubernetes";

const existing = k8s.core.v1.Secret.get("existing", "flower/credentials");
const provider = new k8s.Provider("elsewhere", { namespace: "elsewhere" });
new k8s.core.v1.ConfigMap("settings", { data: { secret: existing.metadata.name } }, { provider });
