import { describe, expect, test } from "vitest";
import { verify, type Report, type Target, type VerifyOptions } from "../../../verify";
import { startDashboard } from "./fakeDashboard";
import type { Fault } from "./faults";

/** Verifies a fake dashboard with these faults. */
async function verifyWith(
  faults: readonly Fault[],
  change: Partial<Target> = {},
  options: VerifyOptions = {},
): Promise<{ report: Report; requests: string[] }> {
  const dashboard = await startDashboard(faults);
  try {
    const target = { ...dashboard.target, ...change };
    const report = await verify(target, { ports: dashboard.ports, timeoutMs: 15_000, ...options });
    return { report, requests: dashboard.requests };
  } finally {
    await dashboard.close();
  }
}

/** Names of the checks with a verdict. */
function named(report: Report, verdict: string): string[] {
  return report.results.filter((result) => result.verdict === verdict).map(({ id, check }) => `${id}/${check}`);
}

function result(report: Report, name: string) {
  return report.results.find(({ id, check }) => `${id}/${check}` === name);
}

describe("a dashboard with every control", () => {
  test("is live, check by check, and the guide's five come first and in its order", async () => {
    const { report } = await verifyWith([], {}, { bruteForce: true });
    expect(report.results.filter(({ verdict }) => verdict !== "live")).toEqual([]);
    expect(report).toMatchObject({ verdict: "live", exitCode: 0, summary: { notLive: 0, unknown: 0, skipped: 0 } });
    expect(report.results.map(({ guide }) => guide).slice(0, 6)).toEqual([1, 2, 3, 4, 5, undefined]);
    expect(named(report, "live").slice(0, 5)).toEqual([
      "authentication/anonymous",
      "tls/redirect",
      "authentication/read",
      "read-only/revoke",
      "loopback/direct-port",
    ]);
  });

  test("gets exactly one control call, announced before it is made, on a task that cannot exist", async () => {
    const dashboard = await startDashboard();
    const notices: string[] = [];
    const controls = () => dashboard.requests.filter((request) => /api\/(worker\/.|task\/(?!types))/.test(request));
    const onNotice = (notice: string) => {
      expect(controls()).toEqual([]);
      notices.push(notice);
    };
    await verify(dashboard.target, { ports: dashboard.ports, onNotice }).finally(() => dashboard.close());
    expect(controls()).toEqual([
      expect.stringMatching(/^POST \/flower\/api\/task\/revoke\/secure-flower-verify-no-such/),
    ]);
    expect(notices).toEqual([expect.stringContaining(controls()[0]!.slice("POST ".length))]);
  });

  test("is live without an admin route and without a direct address, which it says were not tried", async () => {
    const { report } = await verifyWith([], { adminUrl: undefined, direct: undefined });
    expect(report).toMatchObject({ exitCode: 0, summary: { skipped: expect.any(Number) as number } });
    expect(named(report, "skipped")).toContain("mutual-tls/no-certificate");
    expect(result(report, "admin-route/viewer")?.reason).toBe("no admin URL was given");
  });

  test("may have plain HTTP closed, if that is said to be on purpose", async () => {
    const dashboard = await startDashboard();
    const report = await verify({ ...dashboard.target, httpUrl: false }, { ports: dashboard.ports }).finally(() =>
      dashboard.close(),
    );
    expect(result(report, "tls/redirect")?.attempts[0]?.expected).toBe("no connection");
    expect(result(report, "tls/redirect-target")?.reason).toBe("plain HTTP is said to be closed");
  });
});

const CASES: readonly (readonly [Fault, readonly string[]])[] = [
  ["front-page-open", ["authentication/anonymous", "admin-route/anonymous"]],
  ["one-route-open", ["authentication/anonymous-routes"]],
  ["any-password", ["authentication/wrong-password", "admin-route/viewer", "brute-force/wrong-passwords"]],
  ["html-instead-of-json", ["authentication/read"]],
  ["viewers-control", ["read-only/revoke"]],
  ["viewer-on-admin-route", ["admin-route/viewer"]],
  ["plain-http-closed", ["tls/redirect"]],
  ["plain-http-served", ["tls/redirect", "tls/redirect-target"]],
  ["redirect-temporary", ["tls/redirect"]],
  ["redirect-elsewhere", ["tls/redirect"]],
  ["redirect-follows-host", ["tls/redirect-target"]],
  ["old-tls", ["tls/old-protocols"]],
  ["certificate-expires-soon", ["tls/certificate"]],
  ["certificate-for-another-name", ["tls/certificate"]],
  ["unknown-host-served", ["tls/unknown-host"]],
  ["no-headers-on-2xx", ["headers/2xx"]],
  ["no-headers-on-3xx", ["headers/3xx"]],
  ["no-headers-on-4xx", ["headers/4xx"]],
  ["inline-scripts", ["headers/2xx", "headers/3xx", "headers/4xx"]],
  ["cross-site-post", ["csrf/viewer", "csrf/admin"]],
  ["metrics-public", ["hidden-endpoints/anonymous", "hidden-endpoints/viewer"]],
  ["metrics-for-viewers", ["hidden-endpoints/viewer"]],
  ["healthcheck-public", ["hidden-endpoints/anonymous", "hidden-endpoints/viewer"]],
  ["options-public", ["hidden-endpoints/anonymous", "hidden-endpoints/viewer"]],
  ["trusts-forwarded-for", ["allow-list/viewer", "allow-list/admin"]],
  ["no-body-limit", ["limits/body"]],
  ["no-header-limit", ["limits/header"]],
  ["no-polling", ["live-updates/polling"]],
  ["no-upgrade", ["live-updates/upgrade"]],
  ["no-guess-limit", ["brute-force/wrong-passwords"]],
  ["flower-port-open", ["loopback/direct-port", "loopback/pod-ports"]],
  ["pod-answers-anybody", ["mutual-tls/no-certificate", "mutual-tls/foreign-certificate"]],
  ["pod-answers-any-certificate", ["mutual-tls/foreign-certificate"]],
  ["health-port-serves-flower", ["loopback/health-port"]],
  ["metrics-port-open", ["hidden-endpoints/metrics-port"]],
];

describe("a dashboard with one control taken out", () => {
  test.each(CASES)("%s: that control and no other is not live", async (fault, expected) => {
    const { report } = await verifyWith([fault], {}, { bruteForce: true });
    expect(named(report, "not live").sort()).toEqual([...expected].sort());
    expect(report).toMatchObject({ verdict: "not live", exitCode: 1 });
  });
});
