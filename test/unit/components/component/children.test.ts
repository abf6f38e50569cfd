import { describe, expect, test } from "vitest";
import type { FlowerDashboardArgs } from "../../../../components/args";
import { FlowerDashboard } from "../../../../components/flowerDashboard";
import { recordResources } from "../../../../testing";
import { bare, changed, existing, full, minimal, signIn, signInFully, withAdmin } from "../arguments";
import { childrenOf, label, recordDashboard } from "./recorded";

const signed = (name: string) =>
  ["PrivateKey", "CertRequest", "LocallySignedCert", "Secret"].map((kind) => `${kind} ${name}`);
const selfSigned = ["PrivateKey", "SelfSignedCert", "Secret"].map((kind) => `${kind} queues-public-tls`);

/** What is there whatever the options. */
const ALWAYS = [
  "RandomPassword queues-viewer-cookie",
  "Secret queues-cookie",
  "PrivateKey queues-ca",
  "SelfSignedCert queues-ca",
  ...signed("queues-client-tls"),
  ...signed("queues-server-tls"),
  "ConfigMap queues-ca",
  "ConfigMap queues-nginx",
  "ConfigMap queues-flower",
  "Service queues",
  "Deployment queues",
];
const VIEWER = ["RandomPassword queues-viewer-user-ana", "Secret queues-viewer"];
const ADMIN = ["RandomPassword queues-admin-user-ada", "Secret queues-admin", "RandomPassword queues-admin-cookie"];
const BROKER = ["Secret queues-broker"];
const POLICY = ["NetworkPolicy queues"];
const HISTORY = ["PersistentVolumeClaim queues-history"];
const METRICS = [
  "PrivateKey queues-metrics-ca",
  "SelfSignedCert queues-metrics-ca",
  ...signed("queues-metrics-client-tls"),
];
const NGINX = ["Ingress queues"];
const GATEWAY = ["Gateway queues", "HTTPRoute queues", "HTTPRoute queues-redirect", "BackendTLSPolicy queues"];
const TRAEFIK = [
  ...NGINX,
  "ServersTransport queues-transport",
  "Middleware queues-redirect",
  "Ingress queues-redirect",
];

const CASES: readonly (readonly [string, FlowerDashboardArgs, readonly string[]])[] = [
  ["viewers only", minimal, [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK]],
  ["viewers and admins", withAdmin, [...VIEWER, ...ADMIN, ...BROKER, ...POLICY, ...TRAEFIK]],
  [
    "several viewers",
    changed(minimal, { "auth.basic.viewers": ["ana", "Ben_2.x-y"] }),
    [...VIEWER, "RandomPassword queues-viewer-user-Ben_2.x-y", ...BROKER, ...POLICY, ...TRAEFIK],
  ],
  ["existing Secrets of users and broker", existing, ["RandomPassword queues-admin-cookie", ...POLICY, ...TRAEFIK]],
  [
    "an existing Secret of viewers alone",
    changed(existing, { admin: undefined, "auth.basic.existingSecrets": { viewer: "flower-viewers" } }),
    [...POLICY, ...TRAEFIK],
  ],
  [
    "the broker's URL in a Secret and a management API",
    changed(minimal, {
      broker: { urlSecret: { name: "celery-broker", key: "url" }, managementApiUrl: "https://u:p@rabbitmq/api/" },
    }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK],
  ],
  ["sign-in with an identity provider", signIn, ["Secret queues-oauth", ...BROKER, ...POLICY, ...TRAEFIK]],
  [
    "sign-in for admins too, the client secret in a Secret that exists",
    signInFully,
    ["RandomPassword queues-admin-cookie", ...BROKER, ...POLICY, ...TRAEFIK],
  ],
  ["ingress-nginx", changed(minimal, { "ingress.controller": "ingress-nginx" }), [...VIEWER, ...BROKER, ...POLICY, ...NGINX]],
  ["haproxy", changed(minimal, { "ingress.controller": "haproxy" }), [...VIEWER, ...BROKER, ...POLICY, ...NGINX]],
  [
    "the Gateway API",
    changed(withAdmin, { ingress: { controller: "gateway-api", className: "edge", namespace: "edge" } }),
    [...VIEWER, ...ADMIN, ...BROKER, ...POLICY, ...GATEWAY, "HTTPRoute queues-admin"],
  ],
  [
    "the Gateway API, viewers only",
    changed(minimal, { ingress: { controller: "gateway-api", className: "edge", namespace: "edge" } }),
    [...VIEWER, ...BROKER, ...POLICY, ...GATEWAY],
  ],
  ["no controller", bare, [...VIEWER, ...BROKER, ...POLICY]],
  [
    "no controller and a self-signed certificate that nobody would use",
    changed(bare, { tls: { selfSigned: true } }),
    [...VIEWER, ...BROKER, ...POLICY],
  ],
  [
    "a self-signed certificate",
    changed(minimal, { tls: { selfSigned: true } }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK, ...selfSigned],
  ],
  [
    "an issuer of cert-manager",
    changed(minimal, { tls: { certManagerIssuer: "ca" } }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK],
  ],
  [
    "no network policy",
    changed(minimal, { networkPolicy: { disabled: true } }),
    [...VIEWER, ...BROKER, ...TRAEFIK],
  ],
  [
    "a network policy that is not disabled, said so",
    changed(minimal, { networkPolicy: { disabled: false } }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK],
  ],
  [
    "a volume for the history",
    changed(minimal, { persistence: { storageClassName: "encrypted-ssd", size: "1Gi" } }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK, ...HISTORY],
  ],
  [
    "every member",
    full,
    [...VIEWER, "RandomPassword queues-viewer-user-Ben_2.x-y", ...ADMIN, ...BROKER, ...POLICY, ...NGINX, ...HISTORY, ...METRICS,
      "ServiceMonitor queues-metrics", "PrometheusRule queues-alerts"],
  ],
  [
    "metrics for a plain Prometheus",
    changed(minimal, { metrics: { namespace: "monitoring" } }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK, ...METRICS],
  ],
  [
    "metrics for the operator's PodMonitor",
    changed(minimal, { metrics: { namespace: "monitoring", podMonitor: true, serviceMonitor: false } }),
    [...VIEWER, ...BROKER, ...POLICY, ...TRAEFIK, ...METRICS, "PodMonitor queues-metrics"],
  ],
]; // prettier-ignore

describe("the children of a dashboard", () => {
  test.each(CASES)(
    "with %s are exactly these, all its own; an option adds and removes, and renames nothing",
    async (_, args, others) => {
      const recording = await recordDashboard(args);
      const children = childrenOf(recording);
      expect(children.map(label).sort()).toEqual([...ALWAYS, ...others].sort());

      const component = recording.find("secure-flower:index:FlowerDashboard", "queues");
      expect(children.filter(({ registration }) => registration?.parent !== component.registration?.urn)).toEqual([]);
      expect(children.filter(({ name }) => name !== "queues" && !name.startsWith("queues-"))).toEqual([]);
    },
  );

  test("are made in the namespace of the dashboard, with its labels, and named by Pulumi", async () => {
    const objects = childrenOf(await recordDashboard(changed(full, { "ingress.controller": "traefik" }))).filter(
      ({ type }) => type.startsWith("kubernetes:"),
    );
    expect(objects.length).toBeGreaterThan(12);
    for (const { inputs } of objects) {
      expect(inputs.metadata).toMatchObject({
        namespace: "celery",
        labels: {
          "app.kubernetes.io/name": "flower",
          "app.kubernetes.io/instance": "queues",
          "app.kubernetes.io/managed-by": "pulumi",
          "app.kubernetes.io/part-of": "secure-flower",
        },
      });
      expect(inputs.metadata.name).toBeUndefined();
    }
  });

  test("get no namespace where the provider has one", async () => {
    const { find } = await recordDashboard(minimal);
    expect(find("kubernetes:core/v1:Service").inputs.metadata).not.toHaveProperty("namespace");
  });

  test.each(["a", "a".repeat(54)])("of a dashboard called %s have names that fit into 63 characters", async (name) => {
    const { find } = await recordResources(() => new FlowerDashboard(name, withAdmin));
    const autonamed = `${find("kubernetes:core/v1:Service").name}-01234567`;
    expect(autonamed.length).toBeLessThanOrEqual(63);
    const pod = find("kubernetes:apps/v1:Deployment").inputs.spec.template;
    expect(pod.metadata.labels["app.kubernetes.io/instance"]).toBe(name);
  });
});
