import { createServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, verify, type Report, type Target } from "../../../verify";
import { closedPort, startDashboard, type FakeDashboard } from "./fakeDashboard";

let dashboard: FakeDashboard;
beforeAll(async () => {
  dashboard = await startDashboard();
});
afterAll(() => dashboard.close());

/** Verifies the good dashboard, wrongly told about. */
function verifyAs(change: Partial<Target>, timeoutMs = 3000): Promise<Report> {
  return verify({ ...dashboard.target, ...change }, { ports: dashboard.ports, timeoutMs });
}

function find(report: Report, id: string, check: string) {
  return report.results.find((result) => result.id === id && result.check === check);
}

describe("what could not be told", () => {
  test("is the verdict on a dashboard that refuses connections, and no control passes for live over HTTPS", async () => {
    const url = `https://flower.localhost:${await closedPort()}/flower/`;
    const httpUrl = `http://flower.localhost:${await closedPort()}/flower/`;
    const report = await verifyAs({ url, httpUrl, adminUrl: undefined });
    expect(report).toMatchObject({ verdict: "unknown", exitCode: 2, summary: { notLive: 0 } });
    expect(find(report, "loopback", "direct-port")?.verdict).toBe("unknown");
    expect(find(report, "authentication", "anonymous")?.reason).toMatch(/connection refused/);
  });

  test("is the verdict on a name that does not resolve", async () => {
    const url = "https://dashboard.invalid/flower/";
    const report = await verify({ url, users: dashboard.target.users }, { ports: dashboard.ports });
    expect(report.exitCode).toBe(2);
    expect(find(report, "authentication", "anonymous")?.reason).toMatch(/does not resolve/);
  });

  test("is the verdict on a wrong log-in, which is tried once and never used for the control call", async () => {
    const before = dashboard.requests.length;
    const report = await verifyAs({ users: [{ name: "vera", password: "not hers", role: "viewer" }] });
    expect(report).toMatchObject({ verdict: "unknown", exitCode: 2, summary: { notLive: 0 } });
    expect(find(report, "authentication", "read")?.reason).toMatch(/log-in "vera" gets no data: 401/);
    expect(dashboard.requests.slice(before).filter((request) => request.includes("revoke"))).toEqual([]);
  });

  test("is the verdict without log-ins: the checks that need one are skipped, saying so", async () => {
    const report = await verifyAs({ users: [] });
    expect(report).toMatchObject({ verdict: "unknown", exitCode: 2, summary: { notLive: 0 } });
    expect(find(report, "read-only", "revoke")).toMatchObject({
      verdict: "skipped",
      reason: "no viewer log-in was given",
      inconclusive: true,
    });
    expect(find(report, "authentication", "anonymous")?.verdict).toBe("live");
  });

  test("is the verdict if an admin route was named and no admin log-in given", async () => {
    const users = dashboard.target.users?.filter(({ role }) => role === "viewer");
    const report = await verifyAs({ users });
    expect(report.exitCode).toBe(2);
    expect(find(report, "admin-route", "viewer")?.verdict).toBe("live");
    expect(find(report, "admin-route", "admin")?.reason).toBe("no admin log-in was given");
  });

  test("is the verdict on a proxy that stands before nothing: a 502 refuses nobody", async () => {
    const broken = await startDashboard(["broken"]);
    const report = await verify(broken.target, { ports: broken.ports }).finally(() => broken.close());
    expect(report).toMatchObject({ verdict: "unknown", exitCode: 2, summary: { notLive: 0 } });
  });

  test("is what an address tells on which no pod's TLS port answers: nothing about mutual TLS", async () => {
    const report = await verifyAs({ direct: `127.0.0.1:${await closedPort()}` });
    expect(report.exitCode).toBe(2);
    expect(find(report, "mutual-tls", "no-certificate")?.attempts[0]?.cameBack).toMatch(/TLS was not reached/);
  });

  test("gives way to a control that is proven not live", async () => {
    const open = await startDashboard(["front-page-open"]);
    const report = await verify({ ...open.target, users: [] }, { ports: open.ports }).finally(() => open.close());
    expect(report.summary.skipped).toBeGreaterThan(0);
    expect(report).toMatchObject({ verdict: "not live", exitCode: 1 });
  });
});

describe("a certificate that is not trusted", () => {
  test("is a control that is not live, and keeps every password at home", async () => {
    const before = dashboard.requests.length;
    const report = await verifyAs({ caFile: undefined });
    expect(report.exitCode).toBe(1);
    expect(find(report, "tls", "certificate")?.attempts[0]?.cameBack).toMatch(/not trusted.*private authority/);
    expect(dashboard.requests.length).toBe(before);
  });
});

describe("time", () => {
  test("is limited for each check and for all together, also where a server accepts and never answers", async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const port = (mute.address() as AddressInfo).port;
    const url = `https://flower.localhost:${port}/flower/`;
    const started = Date.now();
    const report = await verify(
      { url, httpUrl: `http://flower.localhost:${port}/flower/`, adminUrl: url, direct: `127.0.0.1:${port}` },
      { ports: dashboard.ports, timeoutMs: 300, totalTimeoutMs: 1500 },
    ).finally(() => mute.close());
    // 36 checks of 0.3 s would be more; each that the whole time cuts off has 0.2 s of grace.
    expect(Date.now() - started).toBeLessThan(6000);
    expect(report).toMatchObject({ exitCode: 2, summary: { notLive: 0 } });
  });
});

describe("a target that makes no sense", () => {
  test.each<[string, Partial<Target>, RegExp]>([
    ["plain HTTP", { url: "http://flower.localhost/" }, /must start with https:/],
    ["no URL", { url: "flower.localhost" }, /url is not a URL/],
    ["a CA file that is not there", { caFile: "/nonexistent/ca.crt" }, /cannot be read/],
    ["a direct address with a path", { direct: "10.0.0.1/flower" }, /ADDRESS:PORT/],
    ["an address with a port", { address: "127.0.0.1:8443" }, /without a port/],
    ["a direct port that is none", { direct: "10.0.0.1:70000" }, /ADDRESS:PORT/],
  ])("is refused before anything is sent: %s", async (_what, change, message) => {
    const before = dashboard.requests.length;
    const refused = verifyAs(change);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
    expect(dashboard.requests.length).toBe(before);
  });

  test("is refused without saying the password that was put into the URL", async () => {
    const error: unknown = await verifyAs({ url: "https://vera:hush-hush@flower.localhost/" }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).not.toMatch(/hush/);
  });
});
