import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { changed, minimal, modelOf, withAdmin } from "../arguments";
import { directivesOf, parseNginx } from "./tokens";
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

describe("a client's network", () => {
  test.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2"],
    ["2001:db8:1:2::", "2001:db8:1:2"],
    ["2001:db8:1:2::3", "2001:db8:1:2"],
    ["2001:db8:1:2:3::", "2001:db8:1:2"],
    ["2001:db8:1:0:3::", "2001:db8:1:0"],
    ["2001:db8:1::", "2001:db8:1:0"],
    ["2001:db8:1::3:4:5:6", "2001:db8:1:0"],
    ["2001:db8:0:0:3::", "2001:db8:0:0"],
    ["2001:db8::3:4:5:6", "2001:db8:0:0"],
    ["2001:db8:0:1:3:4:5:6", "2001:db8:0:1"],
    ["2a00::", "2a00:0:0:0"],
    ["2a00::3:4:5:6", "2a00:0:0:0"],
    ["2a00::2:3:4:5:6", "2a00:0:0:2"],
    ["2A00:AB::1", "2A00:AB:0:0"],
  ])("of %s is its first 64 bits, %s", (client, network) => {
    expect(variable(minimal, "client_network", client)).toBe(network);
  });

  test.each([
    "203.0.113.7",
    "::ffff:203.0.113.7",
    "::1",
    "::ffff:cb00:7107",
    "64:ff9b::203.0.113.7",
    "64:FF9B::cb00:7107",
    "64:ff9b::7",
  ])(
    // prettier-ignore
    "of %s is the client alone",
    (client) => {
      expect(variable(minimal, "client_network", client)).toBe(client);
    },
  );

  test("is one for any two addresses exactly if they share 64 bits, as controllers write them", () => {
    const group = fc.constantFrom(0, 0, 1, 0xab, 0xffff);
    const host = fc.tuple(group, group, group, group);
    const network = fc.tuple(fc.constantFrom(0x64, 0x2001, 0x2a00), group, group, group);
    const config = parseNginx(nginxConfig(modelOf(minimal)));
    const named = (...groups: number[]) => {
      const client = new ipaddr.IPv6(groups).toRFC5952String();
      return valueOfVariable(config, "client_network", { http_x_forwarded_for: client });
    };
    fc.assert(
      fc.property(network, network, host, host, (here, there, left, right) => {
        expect(named(...here, ...left)).toBe(named(...here, ...right));
        expect(named(...here, ...left) === named(...there, ...right)).toBe(String(here) === String(there));
      }),
    );
  });

  test("is counted, but the log names the client itself, and its ranges are judged by it", () => {
    const request = { http_x_forwarded_for: "2001:db8::7", http_authorization: "Basic eDp5" };
    const config = parseNginx(nginxConfig(modelOf(withAdmin)));
    const guesser = (role: string) => valueOfVariable(config, `${role}_guesser`, request);
    expect([guesser("viewer"), guesser("admin")]).toEqual(["2001:db8:0:0", "2001:db8:0:0"]);
    expect(nginxConfig(modelOf(withAdmin))).toContain('"client":"$client"');
    expect(directivesOf(config, "geo").map(({ words }) => words[1])).toEqual(["$client", "$client"]);
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
