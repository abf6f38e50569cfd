import { X509Certificate } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { FlowerDashboard } from "../../../../components/flowerDashboard";
import { recordResources } from "../../../../testing";
import { changed, minimal, withAdmin } from "../arguments";
import { recordDashboard } from "./recorded";

async function certificates(args = minimal) {
  const { find } = await recordDashboard(args, { now: new Date("2026-11-24T00:00:00Z") });
  return (name: string) => {
    const data = find("kubernetes:core/v1:Secret", name).inputs.stringData as Record<string, string>;
    return { own: new X509Certificate(data["tls.crt"] ?? ""), ca: new X509Certificate(data["ca.crt"] ?? "") };
  };
}

describe("a certificate", () => {
  test("of the pod is for the Service's names and the name that controllers verify, and serves only", async () => {
    const { own, ca } = (await certificates(changed(minimal, { namespace: "celery" })))("queues-server-tls");
    expect(own.subjectAltName?.split(", ")).toEqual([
      "DNS:queues.flower.internal",
      "DNS:queues",
      "DNS:queues.celery",
      "DNS:queues.celery.svc",
      "DNS:queues.celery.svc.cluster.local",
    ]);
    expect(own.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect([own.verify(ca.publicKey), ca.ca, own.ca]).toEqual([true, true, false]);
  });

  test.each([
    ["none", {}, {}],
    ["that of the provider", { namespace: "celery" }, {}],
    ["one's own", {}, { namespace: "celery" }],
  ])(
    "of the pod stops a rendering into a folder that knows no namespace: %s",
    async (_what, ofProvider, ofDashboard) => {
      const run = recordResources(() => {
        const provider = new k8s.Provider("files", { renderYamlToDirectory: "rendered", ...ofProvider });
        return new FlowerDashboard("queues", changed(minimal, ofDashboard), { provider });
      });
      if ("namespace" in { ...ofProvider, ...ofDashboard }) await run;
      else await expect(run).rejects.toThrow(/namespace: is not known, since the provider renders manifests/);
    },
  );

  test("of the controller is a client's only, so that it cannot stand in for the pod", async () => {
    const { own, ca } = (await certificates())("queues-client-tls");
    expect(own.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(own.verify(ca.publicKey)).toBe(true);
    expect(own.subjectAltName).toBeUndefined();
  });

  test("that signs itself is for both public hosts", async () => {
    const { own, ca } = (await certificates(changed(withAdmin, { tls: { selfSigned: true } })))("queues-public-tls");
    expect(own.subjectAltName).toBe("DNS:queues.example.com, DNS:queues-admin.example.com");
    expect(own.fingerprint256).toBe(ca.fingerprint256);
  });

  test.each([
    ["queues-server-tls", 2],
    ["queues-client-tls", 2],
  ])("%s is valid for %d years, its CA for ten", async (name, years) => {
    const { own, ca } = (await certificates())(name);
    const yearsOf = (each: X509Certificate) => (Date.parse(each.validTo) - Date.parse(each.validFrom)) / 31_536_000_000;
    expect(yearsOf(own)).toBeCloseTo(years, 1);
    expect(yearsOf(ca)).toBeCloseTo(10, 1);
  });
});
