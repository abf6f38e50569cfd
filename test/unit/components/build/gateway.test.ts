import { describe, expect, test } from "vitest";
import * as gateway from "../../../../components/build/gateway";
import { changed, modelOf, withAdmin } from "../arguments";

const ingress = { controller: "gateway-api", className: "edge", namespace: "edge", httpsPort: 8443 };
const model = modelOf(changed(withAdmin, { ingress }));
const certificates = { viewer: "queues-tls-1", admin: "queues-admin-tls-1" };

describe("the Gateway", () => {
  const spec = gateway.gatewaySpec(model, certificates, "queues-client-tls-1") as {
    listeners: { name: string; hostname: string; port: number; tls?: unknown; allowedRoutes: unknown }[];
  };

  test("shows the pod the client certificate", () => {
    const clientCertificateRef = { group: "", kind: "Secret", name: "queues-client-tls-1" };
    expect(spec).toMatchObject({ gatewayClassName: "edge", tls: { backend: { clientCertificateRef } } });
  });

  test("has listeners for the dashboard's hosts only, each with its own certificate, and takes no other namespace's routes", () => {
    const certificate = (name: string) => ({
      mode: "Terminate",
      certificateRefs: [{ group: "", kind: "Secret", name }],
    });
    expect(spec.listeners.map(({ name, hostname, port, tls }) => [name, hostname, port, tls])).toEqual([
      ["https-viewer", "queues.example.com", 8443, certificate("queues-tls-1")],
      ["http-viewer", "queues.example.com", 80, undefined],
      ["https-admin", "queues-admin.example.com", 8443, certificate("queues-admin-tls-1")],
      ["http-admin", "queues-admin.example.com", 80, undefined],
    ]);
    for (const { allowedRoutes } of spec.listeners) expect(allowedRoutes).toEqual({ namespaces: { from: "Same" } });
  });

  test("carries the user's annotations and those for cert-manager, which win", () => {
    const own = changed(withAdmin, { ingress: { ...ingress, annotations: { a: "b", "cert-manager.io/issuer": "x" } } });
    const issuer = { issuer: "ca", clusterIssuer: undefined };
    expect(gateway.gatewayAnnotations(modelOf(own), issuer)).toEqual({ a: "b", "cert-manager.io/issuer": "ca" });
  });
});

describe("the routes", () => {
  test("lead from HTTPS to the Service, under the prefix", () => {
    expect(gateway.httpRouteSpec(model, model.admin ?? model.viewer, "queues-1", "service-1")).toEqual({
      parentRefs: [{ name: "queues-1", sectionName: "https-admin" }],
      hostnames: ["queues-admin.example.com"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/flower" } }],
          backendRefs: [{ name: "service-1", port: 443 }],
        },
      ],
    });
  });

  test("redirect plain HTTP, and lead it nowhere", () => {
    const spec = gateway.redirectRouteSpec(model, "queues-1");
    expect(spec).toMatchObject({
      parentRefs: [{ sectionName: "http-viewer" }, { sectionName: "http-admin" }],
      hostnames: ["queues.example.com", "queues-admin.example.com"],
      rules: [{ filters: [{ requestRedirect: { scheme: "https", port: 8443, statusCode: 301 } }] }],
    });
    expect(JSON.stringify(spec)).not.toContain("backendRefs");
  });
});

test("the policy has the pod verified by its CA and name", () => {
  expect(gateway.backendTlsPolicySpec(model, "service-1", "ca-1")).toEqual({
    targetRefs: [{ group: "", kind: "Service", name: "service-1" }],
    validation: {
      hostname: "queues.flower.internal",
      caCertificateRefs: [{ group: "", kind: "ConfigMap", name: "ca-1" }],
    },
  });
});
