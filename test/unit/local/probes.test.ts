import { expect, test } from "vitest";
import { resolveProbe } from "../../../local/pod/probes";

test("a probe has Kubernetes' defaults", () => {
  expect(resolveProbe({ httpGet: { port: 8081 } }, "192.0.2.10", {})).toEqual({
    target: { kind: "http", host: "192.0.2.10", port: 8081, path: "/", tls: false, headers: {} },
    initialDelaySeconds: 0,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
    successThreshold: 1,
  });
});

test("a probe finds its port by name", () => {
  const probe = resolveProbe({ httpGet: { port: "health", scheme: "HTTPS", path: "/x" } }, "h", { health: 8081 });
  expect(probe.target).toMatchObject({ port: 8081, tls: true, path: "/x" });
  expect(resolveProbe({ tcpSocket: { port: "health" } }, "h", { health: 8081 }).target).toEqual({
    kind: "tcp",
    host: "h",
    port: 8081,
  });
});

test("a probe of a port that nobody has is refused", () => {
  expect(() => resolveProbe({ httpGet: { port: "healthz" } }, "h", {})).toThrow('the port "healthz"');
});

test("a probe that probes nothing is refused", () => {
  expect(() => resolveProbe({}, "h", {})).toThrow("neither httpGet nor tcpSocket");
});
