import { describe, expect, test } from "vitest";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { SECURITY_HEADERS } from "../../../../components/build/nginx/headers";
import { changed, full, minimal, modelOf, withAdmin } from "../arguments";
import { SHAPES, VALID } from "./models";
import { type Directive, directivesOf, parseNginx } from "./tokens";

function parsed(args: Parameters<typeof modelOf>[0]): Directive[] {
  return parseNginx(nginxConfig(modelOf(args)));
}

function values(directives: readonly Directive[], name: string): string[] {
  return directivesOf(directives, name).map(({ words }) => words.slice(1).join(" "));
}

/** The servers, by name. */
function serverOf(directives: readonly Directive[], name: string): Directive {
  const found = directivesOf(directives, "server").filter(
    ({ block }) => values(block ?? [], "server_name")[0] === name,
  );
  expect(found.length).toBeGreaterThan(0);
  return found[0]!;
}

describe("nginx.conf", () => {
  test.each(Object.entries(SHAPES))("is as it was, for %s", (_, args) => {
    expect(nginxConfig(modelOf(args))).toMatchSnapshot();
  });

  test("ends at one line end and has no blank or trailing space", () => {
    const text = nginxConfig(modelOf(full));
    expect(text).toMatch(/\}\n$/);
    expect(text).not.toMatch(/[ \t]\n|\n\n|\t|\r/);
  });

  test("knows nothing of admins where there are none", () => {
    expect(nginxConfig(modelOf(minimal))).not.toContain("admin");
  });
});

describe("nginx listens", () => {
  test.each([
    ["on IPv4 alone by default", minimal, ["8443 ssl default_server", "8443 ssl", "8081"]],
    [
      "on IPv6 when asked to",
      changed(withAdmin, { "nginx.ipv6": true }),
      ["8443 ssl default_server", "[::]:8443 ssl default_server", "8443 ssl", "[::]:8443 ssl", "8443 ssl", "[::]:8443 ssl", "8081", "[::]:8081"], // prettier-ignore
    ],
  ])("%s", (_, args, listens) => {
    expect(values(parsed(args), "listen")).toEqual(listens);
  });

  test.each(Object.entries(VALID))("at each port on IPv6 as on IPv4 when asked to, or on IPv4 alone: %s", (_, args) => {
    for (const ipv6 of [true, false]) {
      const listens = values(parsed(changed(args, { "nginx.ipv6": ipv6 })), "listen");
      const [onIPv6, onIPv4] = [true, false].map((six) => listens.filter((each) => each.startsWith("[::]:") === six));
      expect(onIPv4!.map((each) => each.split(" ")[0])).toEqual(
        expect.arrayContaining(["8081", "8443", ...(args.metrics ? ["9090"] : [])]),
      );
      expect(onIPv6).toEqual(ipv6 ? onIPv4!.map((each) => `[::]:${each}`) : []);
    }
  });

  test("in TLS 1.2 and 1.3 only, and asks for the controller's certificate", () => {
    const config = parsed(full);
    expect(values(config, "ssl_protocols")).toEqual(["TLSv1.2 TLSv1.3"]);
    expect(values(config, "ssl_verify_client")).toEqual(["on"]);
    expect(values(config, "ssl_verify_depth")).toEqual(["1"]);
  });
});

describe("a server of nginx", () => {
  const config = parsed(withAdmin);

  test.each(["queues.example.com", "queues-admin.example.com", "_"])(
    "%s sends every security header always",
    (name) => {
      const headers = (serverOf(config, name).block ?? []).filter(({ words }) => words[0] === "add_header");
      const expected = [...Object.entries(SECURITY_HEADERS), ["Cache-Control", "$cache_control"]];
      expect(headers.map(({ words }) => words.slice(1))).toEqual(expected.map((header) => [...header, "always"]));
    },
  );

  test("has no header below its own level, which would drop all the others", () => {
    const locations = directivesOf(config, "location");
    expect(locations.length).toBeGreaterThan(5);
    expect(locations.flatMap(({ block }) => values(block ?? [], "add_header"))).toEqual([]);
  });

  test.each(["queues.example.com", "queues-admin.example.com", "_"])("%s says nothing to a stranger", (name) => {
    const server = serverOf(config, name).block ?? [];
    expect(values(server, "error_page")).toContain("495 496 497 = @stranger");
    const stranger = directivesOf(server, "location").find(({ words }) => words[1] === "@stranger");
    expect(values(stranger?.block ?? [], "return")).toEqual(["444"]);
  });

  test.each([
    ["queues.example.com", "viewer", "queues.example.com"],
    ["queues-admin.example.com", "admin", "queues-admin.example.com"],
  ])("%s refuses before any location is chosen, in this order", (name, role, host) => {
    const server = serverOf(config, name).block ?? [];
    expect(
      values(
        server.filter(({ words }) => words[0] === "if"),
        "if",
      ),
    ).toEqual([
      "($client = - )",
      `($${role}_source = 0)`,
      `($${role}_cross_site)`,
      `($${role}_route =  )`,
      `($${role}_route = entry)`,
    ]);
    expect(values(server, "proxy_set_header")).toContain(`Host ${host}`);
  });

  test("with a port of its own names it to Flower and in redirects", () => {
    const other = parsed(changed(minimal, { "ingress.httpsPort": 8443 }));
    expect(values(other, "proxy_set_header")).toContain("Host queues.example.com:8443");
    expect(values(other, "return")).toContain("301 https://queues.example.com:8443/flower/");
  });

  test("passes nothing on that the client says about itself", () => {
    const passed = values(serverOf(config, "queues.example.com").block ?? [], "proxy_set_header");
    expect(passed.filter((header) => /\$http_(?!upgrade)|\$host|\$proxy_add/.test(header))).toEqual([]);
    expect(passed).toContain("X-Forwarded-For $client");
  });
});

test("each role has its own limits, and a viewer's body is the smaller", () => {
  const config = parsed(withAdmin);
  expect(values(config, "limit_req_zone")).toEqual([
    "$viewer_guesser zone=viewer_guesses:2m rate=20r/m",
    "$admin_guesser zone=admin_guesses:2m rate=20r/m",
    "$client_network zone=requests:2m rate=50r/s",
  ]);
  expect(values(config, "limit_conn_zone")).toEqual(["$client_network zone=connections:2m"]);
  expect(values(config, "client_max_body_size")).toEqual(["16k", "64k"]);
});

test("the log has the path without its query, and no header that can hold a secret", () => {
  const [format = ""] = values(parsed(full), "log_format");
  expect(format).toContain('"path":"$raw_path"');
  expect(format).not.toMatch(/\$request_uri|\$args|\$query_string|\$request\b|\$uri|\$http_|\$cookie_|\$remote_user/);
});
