import { describe, expect, test } from "vitest";
import { controllerConfig, controllerFiles } from "../../../local/demo/controller/config";
import { readSites, type Endpoint } from "../../../local/demo/controller/sites";
import type { KubernetesObject } from "../../../local/pod";
import { secret } from "./workload";

const POD: Endpoint = { address: "192.0.2.10", labels: { app: "queues" }, ports: { https: 8443 } };
const ANNOTATIONS = {
  "backend-protocol": "HTTPS",
  "proxy-ssl-secret": "flower/client",
  "proxy-ssl-verify": "on",
  "proxy-ssl-verify-depth": "1",
  "proxy-ssl-name": "queues.flower.internal",
  "proxy-ssl-server-name": "on",
  "proxy-ssl-protocols": "TLSv1.3",
};

function ingress(annotations: Record<string, string> = ANNOTATIONS): KubernetesObject {
  const backend = { service: { name: "queues", port: { number: 443 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "queues",
      namespace: "flower",
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
      ),
    },
    spec: {
      tls: [{ hosts: ["a.example"], secretName: "public" }],
      rules: [{ host: "a.example", http: { paths: [{ path: "/flower", pathType: "Prefix", backend }] } }],
    },
  };
}

function service(spec: Record<string, unknown> = {}): KubernetesObject {
  const ports = [{ name: "https", port: 443, targetPort: "https" }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "queues", namespace: "flower" },
    spec: { selector: { app: "queues" }, ports, ...spec },
  };
}

const pair = { "tls.crt": "CRT", "tls.key": "KEY", "ca.crt": "CA" };
const SECRETS = [secret("public", pair), secret("client", pair)];
const OPTIONS = { addresses: ["127.0.0.1", "192.0.2.1"], httpsPort: 8443, httpPort: 8080, folder: "/f" };

const sites = (objects = [ingress(), service(), ...SECRETS]) => readSites(objects, POD);
const config = (objects?: KubernetesObject[]) => controllerConfig(sites(objects), OPTIONS);

describe("what the controller reads", () => {
  test("leads from the Ingress by the Service's port to the pod", () => {
    expect(sites()[0]).toMatchObject({
      host: "a.example",
      path: "/flower",
      exact: false,
      backend: {
        address: "192.0.2.10",
        port: 8443,
        tls: { verify: true, name: "queues.flower.internal", sendName: true },
      },
    });
  });

  test.each([
    ["a Service that is not there", [ingress(), ...SECRETS], 'the Service "queues": not found'],
    [
      "a Service that selects other pods",
      [ingress(), service({ selector: { app: "x" } }), ...SECRETS],
      "does not select the pod",
    ],
    ["a Service without the port", [ingress(), service({ ports: [{ port: 80 }] }), ...SECRETS], "has no such port"],
    ["a Secret that is not there", [ingress(), service()], 'the TLS Secret "flower/'],
    [
      "a port that the pod does not have",
      [ingress(), service({ ports: [{ port: 443, targetPort: "web" }] }), ...SECRETS],
      'the port "web", which the pod does not have',
    ],
  ])("is refused with %s", (_what, objects, message) => {
    expect(() => sites(objects)).toThrow(message);
  });

  test("is plain HTTP to the pod unless the Ingress says HTTPS", () => {
    expect(sites([ingress({}), service(), ...SECRETS])[0]?.backend.tls).toBeUndefined();
  });
});

describe("the controller's configuration", () => {
  test("verifies the pod by the name of the annotation and shows the client certificate", () => {
    for (const line of [
      "proxy_ssl_verify on;",
      "proxy_ssl_name queues.flower.internal;",
      "proxy_ssl_server_name on;",
      "proxy_ssl_protocols TLSv1.3;",
      "proxy_ssl_certificate /f/client-0.crt;",
      "proxy_ssl_trusted_certificate /f/backend-0.crt;",
    ]) {
      expect(config()).toContain(line);
    }
    expect(Object.keys(controllerFiles(sites()))).toEqual([
      "public-0.crt",
      "public-0.key",
      "client-0.crt",
      "client-0.key",
      "backend-0.crt",
    ]);
  });

  test("does what the annotations say and not what would be right", () => {
    const text = config([ingress({ "backend-protocol": "HTTPS" }), service(), ...SECRETS]);
    expect(text).toContain("proxy_ssl_verify off;");
    expect(text).not.toContain("proxy_ssl_certificate");
  });

  test("redirects plain HTTP to the fixed host and port", () => {
    expect(config()).toContain("return 301 https://a.example:8443$request_uri;");
    expect(controllerConfig(sites(), { ...OPTIONS, httpsPort: 443 })).toContain("https://a.example$request_uri;");
  });

  test("overwrites the client's address by what it has seen", () => {
    expect(config()).toContain("proxy_set_header X-Forwarded-For $remote_addr;");
  });

  test("serves a prefix by whole path elements only", () => {
    expect(config()).toContain("location = /flower {");
    expect(config()).toContain("location ^~ /flower/ {");
  });

  test("refuses names that no Ingress has", () => {
    expect(config()).toContain("default_server; return 444;");
    expect(config()).toContain("ssl_reject_handshake on;");
  });
});
