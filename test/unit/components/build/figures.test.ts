import { describe, expect, test } from "vitest";
import { CA_VALIDITY, LEAF_VALIDITY, renewalPeriod } from "../../../../components/build/certificates";
import { FLOWER_IMAGE, flowerResources, NGINX_IMAGE, nginxResources } from "../../../../components/build/images";
import { PRIVATE_RANGES } from "../../../../components/model";
import { cidrFault, isImage } from "../../../../components/rules/grammar";
import { minimal, modelOf } from "../arguments";

describe("a certificate", () => {
  test.each([
    [LEAF_VALIDITY, "2026-01-01T00:00:00Z", "6-month period 4052"],
    [LEAF_VALIDITY, "2026-06-30T23:59:59Z", "6-month period 4052"],
    [LEAF_VALIDITY, "2026-07-01T00:00:00Z", "6-month period 4053"],
    [LEAF_VALIDITY, "2026-12-31T23:59:59Z", "6-month period 4053"],
    [LEAF_VALIDITY, "2027-01-01T00:00:00Z", "6-month period 4054"],
    [CA_VALIDITY, "2025-01-01T00:00:00Z", "60-month period 405"],
    [CA_VALIDITY, "2029-12-31T23:59:59Z", "60-month period 405"],
    [CA_VALIDITY, "2030-01-01T00:00:00Z", "60-month period 406"],
  ])("%o is renewed by the first up of a calendar period: %s is in %s", (validity, now, period) => {
    expect(renewalPeriod(validity, new Date(now))).toBe(period);
  });

  test.each([
    ["CA", CA_VALIDITY],
    ["leaf", LEAF_VALIDITY],
  ])("of the kind %s lives longer than its period, so that it never lapses between two ups of one", (_, validity) => {
    expect(validity.hours).toBeGreaterThan(2 * validity.periodMonths * 31 * 24 * 0.9);
    expect(validity.earlyRenewalHours).toBeLessThan(validity.hours);
  });

  test("of the CA outlives every certificate that it signs in its period", () => {
    const period = CA_VALIDITY.periodMonths * 31 * 24;
    expect(CA_VALIDITY.hours).toBeGreaterThanOrEqual(period + LEAF_VALIDITY.hours);
  });
});

describe("memory", () => {
  test.each([
    [100, "64Mi", "128Mi"],
    [10_000, "128Mi", "256Mi"],
    [100_000, "720Mi", "1440Mi"],
    [1_000_000, "6672Mi", "13344Mi"],
  ])("of a Flower with %d tasks: %s requested, %s at most", (maxTasks, request, limit) => {
    expect(flowerResources(maxTasks)).toEqual({
      requests: { cpu: "50m", memory: request },
      limits: { cpu: "1", memory: limit },
    });
  });

  test("of nginx", () => {
    expect(nginxResources).toEqual({
      requests: { cpu: "20m", memory: "48Mi" },
      limits: { cpu: "1", memory: "128Mi" },
    });
  });
});

describe("a default", () => {
  test("passes the rules that hold for everybody", () => {
    expect([FLOWER_IMAGE, NGINX_IMAGE].filter((image) => !isImage(image))).toEqual([]);
    expect(PRIVATE_RANGES.filter((range) => cidrFault(range) !== undefined)).toEqual([]);
  });

  test("is chosen for every member that is left out", () => {
    const { viewer, ...model } = modelOf(minimal);
    expect(viewer).toEqual({
      role: "viewer",
      host: "queues.example.com",
      port: 5555,
      allowedSourceRanges: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
    });
    expect(model).toMatchObject({
      namespace: undefined,
      urlPrefix: "flower",
      httpsPort: 443,
      admin: undefined,
      trustedProxyRanges: [],
      flower: { image: "docker.io/mher/flower:2.2.0", maxTasks: 10_000, inspectTimeout: 1000, naturalTime: false },
      nginx: { image: "docker.io/nginxinc/nginx-unprivileged:1.30-alpine", ipv6: false },
      pod: { labels: {}, annotations: {}, tolerations: [], imagePullSecrets: [] },
      rotation: "1",
    });
  });

  test("never stands in for a value that is 0 or false", () => {
    const model = modelOf({ ...minimal, rotation: 0, flower: { naturalTime: false } });
    expect([model.rotation, model.flower.naturalTime]).toEqual(["0", false]);
  });
});
