import { describe, expect, test } from "vitest";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { changed, minimal, modelOf, withAdmin } from "../arguments";
import { parseNginx } from "./tokens";
import { valueOfVariable } from "./variables";

function variable(args: Parameters<typeof modelOf>[0], name: string, forwarded: string): string {
  const config = parseNginx(nginxConfig(modelOf(args)));
  return valueOfVariable(config, name, { http_x_forwarded_for: forwarded, remote_addr: "10.0.0.99" });
}

describe("the client, without trusted proxies, is the last entry of X-Forwarded-For", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["10.0.0.1, 203.0.113.7", "203.0.113.7"],
    ["10.0.0.1,203.0.113.7", "203.0.113.7"],
    ["10.0.0.1,\t203.0.113.7 ", "203.0.113.7"],
    ["203.0.113.7:4711", "203.0.113.7"],
    ["2001:db8::7", "2001:db8::7"],
    ["[2001:db8::7]:4711", "2001:db8::7"],
    ["[2001:db8::7]", "2001:db8::7"],
    ["::ffff:203.0.113.7", "::ffff:203.0.113.7"],
  ])("%j: %s", (forwarded, client) => {
    expect(variable(minimal, "client", forwarded)).toBe(client);
  });

  test.each([
    "",
    "unknown",
    "-",
    "10.0.0.1, ",
    "10.0.0.1,unknown",
    "10.0.0.1 x",
    "localhost",
    "10.0.0.1;",
    '"10.0.0.1"',
  ])("and nobody, which is refused, where that is no address: %j", (forwarded) => {
    expect(variable(minimal, "client", forwarded)).toBe("-");
  });
});

describe("the client, with trusted proxies, is the first from the right that is none of them", () => {
  const args = changed(minimal, { trustedProxyRanges: ["192.0.2.0/24", "2001:db8::/32"] });

  test.each([
    ["203.0.113.7", "203.0.113.7"],
    ["203.0.113.7, 192.0.2.1", "203.0.113.7"],
    ["10.0.0.1, 203.0.113.7, 192.0.2.1", "203.0.113.7"],
    ["10.0.0.1, 203.0.113.7, 2001:db8::1, 192.0.2.1", "203.0.113.7"],
    ["203.0.113.7, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4", "203.0.113.7"],
    ["192.0.2.1, 203.0.113.7", "203.0.113.7"],
  ])("%j: %s", (forwarded, client) => {
    expect(variable(args, "client", forwarded)).toBe(client);
  });

  test.each([
    ["only proxies are named", "192.0.2.1"],
    ["the entry behind the proxy is no address", "unknown, 192.0.2.1"],
    ["the header is missing", ""],
  ])("and nobody where %s", (_, forwarded) => {
    expect(variable(args, "client", forwarded)).toBe("-");
  });

  test("and the fifth at most, so that a longer row of them ends at a proxy", () => {
    const forwarded = `203.0.113.7, ${Array.from({ length: 5 }, (_, index) => `192.0.2.${index}`).join(", ")}`;
    expect(variable(args, "client", forwarded)).toBe("192.0.2.0");
  });
});

describe("a source range", () => {
  test.each([
    ["10.1.2.3", "1"],
    ["172.16.0.1", "1"],
    ["192.168.1.1", "1"],
    ["fd00::1", "1"],
    ["203.0.113.7", "0"],
    ["172.32.0.1", "0"],
    ["2001:db8::1", "0"],
    ["unknown", "0"],
  ])("is private by default: %s gets %s", (client, allowed) => {
    expect(variable(minimal, "viewer_source", client)).toBe(allowed);
  });

  test("of the admins is their own", () => {
    expect(variable(withAdmin, "viewer_source", "10.20.31.1")).toBe("1");
    expect(variable(withAdmin, "admin_source", "10.20.31.1")).toBe("0");
    expect(variable(withAdmin, "admin_source", "10.20.30.1")).toBe("1");
  });

  test("of everybody still leaves out who is nobody, by a refusal of its own", () => {
    const everybody = changed(minimal, { allowedSourceRanges: ["0.0.0.0/0", "::/0"] });
    expect(variable(everybody, "viewer_source", "")).toBe("1");
    expect(variable(everybody, "client", "")).toBe("-");
  });
});
