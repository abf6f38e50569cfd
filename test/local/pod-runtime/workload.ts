import { Pod, type KubernetesObject, type Recipe, type Sandbox } from "../../../local/pod";

/** This machine's own programs, as a user of their own: what stands in for every image of these tests. */
export const RECIPE: Recipe = {
  binds: [{ source: "/etc/nginx/mime.types", target: "/etc/nginx/mime.types", readOnly: true }],
  environment: { PATH: "/usr/sbin:/usr/bin:/bin" },
  uid: 101,
  gid: 101,
  stopSignal: "SIGQUIT",
};

/** A value that must be seen in the container it is for, and nowhere else. */
export const SECRET_VALUE = `secret-${process.pid}-${Math.random().toString(36).slice(2)}`;

const NGINX_CONF = `worker_processes 1; daemon off; pid /tmp/nginx.pid; error_log stderr;
events {}
http {
  access_log /dev/stdout;
  client_body_temp_path /tmp/a; proxy_temp_path /tmp/b; fastcgi_temp_path /tmp/c; uwsgi_temp_path /tmp/d; scgi_temp_path /tmp/e;
  server { listen 8081; location = /address { return 200 "$remote_addr"; } location / { root /tmp; try_files $uri =503; } }
  server { listen 127.0.0.1:5555; return 200 "loopback"; }
}`;

/** A container that runs a shell script as its program. */
export function shell(name: string, script: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { name, image: "any", command: ["/bin/sh", "-c", script], ...fields };
}

/** A container with an nginx that serves its /tmp on 8081, and something on its loopback. */
export function nginx(before = "true", fields: Record<string, unknown> = {}): Record<string, unknown> {
  const run = "exec nginx -e stderr -c /etc/nginx/test/nginx.conf";
  return shell("nginx", `${before}\n${run}`, {
    volumeMounts: [
      { name: "config", mountPath: "/etc/nginx/test" },
      { name: "shared", mountPath: "/tmp" },
    ],
    readinessProbe: { httpGet: { path: "/address", port: 8081 }, periodSeconds: 1 },
    ...fields,
  });
}

/** A pod with a Secret, a ConfigMap and memory to mount, as rendered objects. */
export function workload(containers: Record<string, unknown>[], pod: Record<string, unknown> = {}): KubernetesObject[] {
  const metadata = (name: string) => ({ name, namespace: "test" });
  const spec = {
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 2,
    securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000 },
    volumes: [
      { name: "config", configMap: { name: "config" } },
      { name: "users", secret: { secretName: "users", defaultMode: 0o400 } },
      { name: "shared", emptyDir: { medium: "Memory", sizeLimit: "2Mi" } },
      { name: "work", emptyDir: { medium: "Memory", sizeLimit: "2Mi" } },
    ],
    containers,
    ...pod,
  };
  return [
    { apiVersion: "v1", kind: "Secret", metadata: metadata("users"), stringData: { ana: SECRET_VALUE } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("config"), data: { "nginx.conf": NGINX_CONF } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("test"),
      spec: { replicas: 1, selector: {}, template: { metadata: {}, spec } },
    },
  ];
}

/** Brings objects up. */
export function start(sandbox: Sandbox, objects: readonly KubernetesObject[], readySeconds = 20): Promise<Pod> {
  return Pod.start({ sandbox, objects, recipes: () => RECIPE, readySeconds });
}

/** Waits for something to become true. */
export async function until(what: string, condition: () => boolean, seconds = 10): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
