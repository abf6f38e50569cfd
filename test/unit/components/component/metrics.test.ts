import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { MetricsArgs } from "../../../../components/args";
import { valueOf } from "../../../../testing";
import { changed, minimal } from "../arguments";
import { dataOf, recordDashboard, templateOf } from "./recorded";

const SECRET = "queues-metrics-client-tls";
const withMetrics = (metrics: Partial<MetricsArgs> = {}) =>
  changed(minimal, { namespace: "celery", metrics: { namespace: "monitoring", ...metrics } });

describe("metrics", () => {
  test.each([
    ["that of a Prometheus without an operator", {}, "monitoring"],
    ["the dashboard's, where the operator reads it", { serviceMonitor: true }, "celery"],
    ["the dashboard's, beside a PodMonitor", { podMonitor: true }, "celery"],
    ["the scraper's, beside alerts alone", { prometheusRule: true }, "monitoring"],
  ])("have the scraper's Secret in a namespace: %s", async (_, members, namespace) => {
    const { find, result } = await recordDashboard(withMetrics(members));
    expect(find("kubernetes:core/v1:Secret", SECRET).inputs.metadata.namespace).toBe(namespace);
    expect(await valueOf(result.metricsClientCertificateSecretName)).toBe(SECRET);
  });

  test("have certificates of two authorities, and each side knows the other by the right one", async () => {
    const recording = await recordDashboard(withMetrics());
    const certificate = (secret: string, key: string) => new X509Certificate(dataOf(recording, secret)[key] ?? "");
    const metricsAuthority = certificate("queues-server-tls", "metrics-ca.crt");
    const podAuthority = certificate(SECRET, "ca.crt");
    expect(certificate(SECRET, "tls.crt").verify(metricsAuthority.publicKey)).toBe(true);
    expect(certificate(SECRET, "tls.crt").verify(podAuthority.publicKey)).toBe(false);
    expect(certificate("queues-client-tls", "tls.crt").verify(metricsAuthority.publicKey)).toBe(false);
    expect(certificate("queues-server-tls", "tls.crt").verify(podAuthority.publicKey)).toBe(true);
    // nginx tells sessions of the two ports apart by these names.
    expect(metricsAuthority.subject).not.toBe(podAuthority.subject);
  });

  test("have a port of pod and Service, and without them there is none, nor an output", async () => {
    const portsOf = async (args: typeof minimal) => {
      const recording = await recordDashboard(args);
      const service = recording.find("kubernetes:core/v1:Service").inputs.spec.ports as { port: number }[];
      const nginx = templateOf(recording).spec.containers.find(({ name }) => name === "nginx");
      return [service.map(({ port }) => port), nginx?.ports.map(({ containerPort }) => containerPort)];
    };
    expect(await portsOf(withMetrics())).toEqual([[443, 9090], [8443, 8081, 9090]]); // prettier-ignore
    expect(await portsOf(minimal)).toEqual([[443], [8443, 8081]]);
    expect((await recordDashboard(minimal)).result.metricsClientCertificateSecretName).toBeUndefined();
  });

  test("show Flower the authority and not the pod's key", async () => {
    const { spec } = templateOf(await recordDashboard(withMetrics()));
    const volume = spec.volumes.find(({ name }) => name === "server-ca");
    expect(volume?.secret.items).toEqual([{ key: "ca.crt", path: "ca.crt" }]);
    const mounting = spec.containers.filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }) => name === "server-tls"),
    );
    expect(mounting.map(({ name }) => name)).toEqual(["nginx"]);
  });
});
