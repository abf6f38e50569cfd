import { describe, expect, test } from "vitest";
import * as ingress from "../../../../components/build/ingress";
import { CONTROLLERS, PROTECTED_ANNOTATIONS } from "../../../../components/build/names";
import { serviceDnsNames, serviceSpec, traefikServiceAnnotations } from "../../../../components/build/service";
import { changed, minimal, modelOf, withAdmin } from "../arguments";

const NO_ISSUER = { issuer: undefined, clusterIssuer: undefined };
const CERTIFICATES = { viewer: "queues-tls", admin: "queues-admin-tls" };
const backend = { service: { name: "queues-1", port: { number: 443 } } };
const rule = (host: string, path = "/flower") => ({ host, http: { paths: [{ path, pathType: "Prefix", backend }] } });

describe("the Ingress", () => {
  test.each([
    ["traefik", "traefik"],
    ["ingress-nginx", "nginx"],
    ["haproxy", "haproxy"],
  ])("of %s has its class, the viewers' host, path and certificate", (controller, className) => {
    const model = modelOf(changed(minimal, { "ingress.controller": controller }));
    expect(ingress.ingressSpec(model, "queues-1", CERTIFICATES)).toEqual({
      ingressClassName: className,
      tls: [{ hosts: ["queues.example.com"], secretName: "queues-tls" }],
      rules: [rule("queues.example.com")],
    });
  });

  test("has a certificate for each host, and the class that was given", () => {
    const model = modelOf(changed(withAdmin, { "ingress.className": "internal", urlPrefix: "a/b" }));
    expect(ingress.ingressSpec(model, "queues-1", CERTIFICATES)).toEqual({
      ingressClassName: "internal",
      tls: [
        { hosts: ["queues.example.com"], secretName: "queues-tls" },
        { hosts: ["queues-admin.example.com"], secretName: "queues-admin-tls" },
      ],
      rules: [rule("queues.example.com", "/a/b"), rule("queues-admin.example.com", "/a/b")],
    });
  });

  test("that redirects plain HTTP has the same rules and no certificate", () => {
    const spec = ingress.redirectIngressSpec(modelOf(withAdmin), "queues-1");
    expect(spec).toEqual({
      ingressClassName: "traefik",
      rules: [rule("queues.example.com"), rule("queues-admin.example.com")],
    });
  });
});

describe("the annotations of the Ingress", () => {
  const NGINX = "nginx.ingress.kubernetes.io";
  const TRAEFIK = "traefik.ingress.kubernetes.io";

  test("make ingress-nginx verify the pod and show its own certificate", () => {
    expect(ingress.ingressNginxAnnotations(modelOf(minimal), "ns/queues-client-tls-1", NO_ISSUER)).toEqual({
      "pulumi.com/skipAwait": "true",
      [`${NGINX}/backend-protocol`]: "HTTPS",
      [`${NGINX}/proxy-ssl-secret`]: "ns/queues-client-tls-1",
      [`${NGINX}/proxy-ssl-verify`]: "on",
      [`${NGINX}/proxy-ssl-verify-depth`]: "1",
      [`${NGINX}/proxy-ssl-name`]: "queues.flower.internal",
      [`${NGINX}/proxy-ssl-server-name`]: "on",
      [`${NGINX}/proxy-ssl-protocols`]: "TLSv1.2 TLSv1.3",
      [`${NGINX}/ssl-redirect`]: "true",
      [`${NGINX}/force-ssl-redirect`]: "true",
    });
  });

  test("make HAProxy Ingress verify the pod and its name, and show its own certificate", () => {
    const HAPROXY = "haproxy-ingress.github.io";
    const own = { "example.com/owner": "data", [`${HAPROXY}/secure-verify-ca-secret`]: "other" };
    const model = modelOf(changed(minimal, { "ingress.controller": "haproxy", "ingress.annotations": own }));
    expect(ingress.haproxyAnnotations(model, "queues-client-tls-1", NO_ISSUER)).toEqual({
      "example.com/owner": "data",
      "pulumi.com/skipAwait": "true",
      [`${HAPROXY}/secure-backends`]: "true",
      [`${HAPROXY}/backend-protocol`]: "h1",
      [`${HAPROXY}/secure-crt-secret`]: "queues-client-tls-1",
      [`${HAPROXY}/secure-verify-ca-secret`]: "queues-client-tls-1",
      [`${HAPROXY}/secure-sni`]: "queues.flower.internal",
      [`${HAPROXY}/ssl-passthrough`]: "false",
      [`${HAPROXY}/ssl-redirect`]: "true",
    });
  });

  test("put Traefik's router on the entry point of HTTPS, or on another that is named", () => {
    const own = { [`${TRAEFIK}/router.entrypoints`]: "internal", "example.com/owner": "data" };
    expect(ingress.traefikAnnotations(modelOf(minimal), NO_ISSUER)).toEqual({
      "pulumi.com/skipAwait": "true",
      [`${TRAEFIK}/router.entrypoints`]: "websecure",
      [`${TRAEFIK}/router.tls`]: "true",
    });
    const model = modelOf(changed(minimal, { "ingress.annotations": own }));
    expect(ingress.traefikAnnotations(model, NO_ISSUER)).toEqual({
      ...own,
      "pulumi.com/skipAwait": "true",
      [`${TRAEFIK}/router.tls`]: "true",
    });
  });

  test("redirect plain HTTP by Traefik's middleware", () => {
    expect(ingress.traefikRedirectAnnotations("ns-queues-redirect@kubernetescrd")).toEqual({
      "pulumi.com/skipAwait": "true",
      [`${TRAEFIK}/router.entrypoints`]: "web",
      [`${TRAEFIK}/router.middlewares`]: "ns-queues-redirect@kubernetescrd",
    });
    const model = modelOf(changed(minimal, { "ingress.httpsPort": 8443 }));
    expect(ingress.redirectSchemeSpec(model)).toEqual({
      redirectScheme: { scheme: "https", permanent: true, port: "8443" },
    });
  });

  test.each([
    [{ issuer: "ca", clusterIssuer: undefined }, { "cert-manager.io/issuer": "ca" }],
    [{ issuer: undefined, clusterIssuer: "letsencrypt" }, { "cert-manager.io/cluster-issuer": "letsencrypt" }],
  ])("ask cert-manager for the certificate: %j", (issuer, expected) => {
    expect(ingress.traefikAnnotations(modelOf(minimal), issuer)).toMatchObject(expected);
    expect(ingress.ingressNginxAnnotations(modelOf(minimal), "a/b", issuer)).toMatchObject(expected);
  });

  test("that carry a control are ours even if the rules were not there", () => {
    const hostile = Object.fromEntries(PROTECTED_ANNOTATIONS.map((key) => [key, "hostile"]));
    const model = modelOf(changed(minimal, { "ingress.annotations": hostile }));
    const issuer = { issuer: "i", clusterIssuer: "c" };
    const lost = (built: Readonly<Record<string, string>>, prefix: string) =>
      Object.entries(built).filter(
        ([key, value]) => value === "hostile" && (key.startsWith(prefix) || key.startsWith("cert-manager")),
      );
    expect(lost(ingress.ingressNginxAnnotations(model, "a/b", issuer), NGINX)).toEqual([]);
    expect(lost(ingress.haproxyAnnotations(model, "a", issuer), "haproxy-ingress")).toEqual([]);
  });
});

describe("Traefik's transport to the pod", () => {
  test("verifies the pod by CA and name and shows the client certificate", () => {
    expect(ingress.serversTransportSpec("queues", "queues-client-tls-1")).toEqual({
      serverName: "queues.flower.internal",
      rootCAs: [{ secret: "queues-client-tls-1" }],
      certificatesSecrets: ["queues-client-tls-1"],
    });
    expect(traefikServiceAnnotations("ns-queues-transport@kubernetescrd")).toEqual({
      "traefik.ingress.kubernetes.io/service.serversscheme": "https",
      "traefik.ingress.kubernetes.io/service.serverstransport": "ns-queues-transport@kubernetescrd",
    });
  });
});

describe("the Service", () => {
  test("is ClusterIP, on the port of nginx, for the pods of one private CA", () => {
    expect(serviceSpec("queues", "queues-ca-1", false)).toEqual({
      type: "ClusterIP",
      selector: {
        "app.kubernetes.io/name": "flower",
        "app.kubernetes.io/instance": "queues",
        "secure-flower/generation": expect.stringMatching(/^[0-9a-f]{10}$/) as unknown,
      },
      ports: [{ name: "https", port: 443, targetPort: "https", protocol: "TCP" }],
    });
  });

  test("is known by four names", () => {
    expect(serviceDnsNames("queues-1", "celery")).toEqual([
      "queues-1",
      "queues-1.celery",
      "queues-1.celery.svc",
      "queues-1.celery.svc.cluster.local",
    ]);
  });
});

test("the controllers are these", () => {
  expect(CONTROLLERS).toEqual(["traefik", "ingress-nginx", "haproxy", "gateway-api", "none"]);
});
