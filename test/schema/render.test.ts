import { join } from "path";
import { beforeAll, describe, expect, test } from "vitest";
import { type KubernetesObject, renderProgram } from "../../local/render";
import { createValidator, type Validator } from "./validator";

let validate: Validator;

beforeAll(async () => {
  validate = await createValidator();
});

function problemsOf(objects: readonly KubernetesObject[]): string[] {
  return validate(objects).flatMap(({ object, problems }) => problems.map((problem) => `${object}: ${problem}`));
}

const example = {
  program: join(__dirname, "../../examples/basic"),
  config: { host: "flower.example.com", adminHost: "flower-admin.example.com" },
  secretConfig: { brokerUrl: "redis://:correct-horse-battery@redis.redis:6379/0" },
};

describe("the objects of examples/basic", () => {
  test.each([false, true])("pass the strict schemas of Kubernetes 1.37 (secrets shown: %s)", async (showSecrets) => {
    const objects = await renderProgram({ ...example, showSecrets });

    expect(validate(objects).map(({ schema }) => schema)).toEqual(objects.map(() => "1.37"));
    expect(problemsOf(objects)).toEqual([]);
  });
});

describe("the objects for each ingress controller", () => {
  test.each(["traefik", "ingress-nginx", "haproxy", "gateway-api", "none"])("pass with %s", async (controller) => {
    const program = join(__dirname, "programs/dashboard.ts");
    const objects = await renderProgram({ program, config: { controller } });

    expect(problemsOf(objects)).toEqual([]);
    expect(validate(objects).filter(({ schema }) => schema === null)).toEqual([]);
  });
});

describe("the objects of the Prometheus Operator", () => {
  test.each(["serviceMonitor", "podMonitor"])("pass with %s", async (monitor) => {
    const program = join(__dirname, "programs/dashboard.ts");
    const objects = await renderProgram({ program, config: { controller: "none", monitor } });
    const kinds = ["PrometheusRule", monitor === "podMonitor" ? "PodMonitor" : "ServiceMonitor"];

    expect(problemsOf(objects)).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds, "PersistentVolumeClaim"]));
    expect(validate(objects).filter(({ schema }) => schema === null)).toEqual([]);
  });
});

describe("the validation itself", () => {
  const service: KubernetesObject = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "queues" },
    spec: { ports: [{ port: 443, targetPort: "https" }] },
  };

  test("accepts a right object", () => {
    expect(problemsOf([service])).toEqual([]);
  });

  test("refuses a misspelled field", () => {
    const misspelled = { ...service, spec: { ports: [{ port: 443, targetport: "https" }] } };

    expect(problemsOf([misspelled])).toEqual([expect.stringContaining("'targetport' was unexpected")]);
  });

  test("refuses a value of the wrong type, and a kind that Kubernetes 1.37 does not have", () => {
    const old = { apiVersion: "extensions/v1beta1", kind: "Ingress", metadata: { name: "queues" } };

    expect(problemsOf([{ ...service, spec: { ports: [{ port: "https" }] } }])).toHaveLength(1);
    expect(problemsOf([old])).toEqual([expect.stringContaining("Couldn't find schema")]);
  });

  test.each([
    ["ServersTransport", { serverName: "a", rootCAsSecret: ["b"] }],
    ["ServersTransport", { rootCAs: [{ secret: "a", configMap: "b" }] }],
    ["Middleware", { redirectScheme: { scheme: "https", port: 443 } }],
  ])("refuses a wrong %s of Traefik: %j", (kind, spec) => {
    const problems = problemsOf([{ apiVersion: "traefik.io/v1alpha1", kind, metadata: { name: "queues" }, spec }]);

    expect(problems).toHaveLength(1);
  });

  test.each([
    ["Gateway", { gatewayClassName: "a", listeners: [{ name: "a", port: 443, protocol: "HTTPS", tls: { mod: "x" } }] }],
    ["HTTPRoute", { rules: [{ matches: [{ path: { type: "Prefix", value: "/" } }] }] }],
    ["BackendTLSPolicy", { targetRefs: [{ group: "", kind: "Service", name: "a" }], validation: {} }],
  ])("refuses a wrong %s of the Gateway API: %j", (kind, spec) => {
    const apiVersion = "gateway.networking.k8s.io/v1";

    expect(problemsOf([{ apiVersion, kind, metadata: { name: "queues" }, spec }])).toHaveLength(1);
  });

  test.each([
    ["ServiceMonitor", { selector: {}, endpoints: [{ port: "metrics", schema: "https" }] }],
    ["PodMonitor", { selector: {}, podMetricsEndpoints: [{ tlsConfig: { certFile: "/x" } }] }],
    ["PrometheusRule", { groups: [{ name: "a", rules: [{ alert: "A" }] }] }],
  ])("refuses a wrong %s of the Prometheus Operator: %j", (kind, spec) => {
    const problems = problemsOf([{ apiVersion: "monitoring.coreos.com/v1", kind, metadata: { name: "queues" }, spec }]);

    expect(problems).toHaveLength(1);
  });

  test("says of a custom resource without a schema that there is none", () => {
    const probe = { apiVersion: "monitoring.coreos.com/v1", kind: "Probe", metadata: { name: "queues" } };

    expect(validate([probe])).toEqual([{ object: "Probe queues", schema: null, problems: [] }]);
  });
});
