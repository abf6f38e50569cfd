import { describe, expect, test } from "vitest";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { modelOf, signInFully, withAdmin } from "../arguments";
import { directivesOf, parseNginx } from "./tokens";
import { valueOfVariable } from "./variables";

const CONFIG = parseNginx(nginxConfig(modelOf(signInFully)));
const ROLES = ["viewer", "admin"] as const;

/** The variables of a request line, as nginx would have them. */
function variablesOf(line: string): Record<string, string> {
  const [request_method = "", request_uri = ""] = line.split(" ");
  const query = request_uri.split("?").slice(1).join("?").split("&");
  const first = (name: string) => query.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  const names = ["code", "state", "error", "next"];
  return {
    request_method,
    request_uri,
    ...Object.fromEntries(names.map((name) => [`arg_${name}`, first(name)])),
  };
}

describe("sign-in adds to the allow-list", () => {
  test.each([
    ["GET /flower/login", "login"],
    ["GET /flower/login?next=%2Fflower%2F", "login"],
    ["GET /flower/logout", "logout"],
    ["GET /flower/login/", ""],
    ["POST /flower/login", ""],
    ["HEAD /flower/login", ""],
    ["OPTIONS /flower/login", ""],
    ["GET /flower/login/x", ""],
    ["GET /flower/%6cogin", ""],
    ["GET //flower/login", ""],
    ["POST /flower/logout", ""],
    ["GET /login", ""],
  ])("%s: %j, on both dashboards", (line, kind) => {
    for (const role of ROLES) expect(valueOfVariable(CONFIG, `${role}_route`, variablesOf(line))).toBe(kind);
  });

  test("nothing where people log in by password", () => {
    const byPassword = parseNginx(nginxConfig(modelOf(withAdmin)));
    expect(valueOfVariable(byPassword, "viewer_route", variablesOf("GET /flower/login"))).toBe("");
  });
});

describe("what Flower gets of a log-in's query", () => {
  test.each([
    ["/flower/login", "/flower/login?"],
    ["/flower/login?code=a%2Fb&state=x_-1&scope=email&iss=https://x", "/flower/login?code=a%2Fb&state=x_-1&"],
    ["/flower/login?state=s&code=c", "/flower/login?code=c&state=s&"],
    ["/flower/login?code=one&code=two&state=s&state=t", "/flower/login?code=one&state=s&"],
    ["/flower/login?error=access_denied&error_description=%3Cscript%3E", "/flower/login?error=access_denied&"],
    ["/flower/login?error=%3Cscript%3E", "/flower/login?"],
    ["/flower/login?state=a%00b", "/flower/login?"],
    ["/flower/login?next=%2Fflower%2Ftasks%3Fa%3Db", "/flower/login?next=%2Fflower%2Ftasks%3Fa%3Db&"],
    ["/flower/login?next=%2Fflower%2F&redirect_uri=https://evil.example", "/flower/login?next=%2Fflower%2F&"],
    ["/flower/login?next=https:\\\\evil.example", "/flower/login?"],
    ["/flower/logout?next=//evil.example", "/flower/logout"],
  ])("of %s is %s", (uri, upstream) => {
    expect(valueOfVariable(CONFIG, "viewer_upstream_uri", variablesOf(`GET ${uri}`))).toBe(upstream);
  });
});

describe("a log-out", () => {
  test.each([
    ["same-origin", "0"],
    ["none", "0"],
    ["", "0"],
    ["same-site", "1"],
    ["cross-site", "1"],
    ["none, cross-site", "1"],
  ])("that a browser calls %j is foreign: %s", (http_sec_fetch_site, foreign) => {
    const variables = { ...variablesOf("GET /flower/logout"), http_sec_fetch_site };
    expect(valueOfVariable(CONFIG, "viewer_foreign_logout", variables)).toBe(foreign);
  });

  test("is the only route to which this applies, since pages are opened from other sites", () => {
    const variables = { ...variablesOf("GET /flower/tasks"), http_sec_fetch_site: "cross-site" };
    expect(valueOfVariable(CONFIG, "viewer_foreign_logout", variables)).toBe("0");
  });
});

describe("a guess", () => {
  test.each([
    ["GET /flower/login?code=made-up&state=x", "192.0.2.1"],
    ["GET /flower/login", ""],
    ["GET /flower/login?next=%2Fflower%2F", ""],
    ["GET /flower/tasks?code=x", ""],
    ["GET /flower/api/workers", ""],
  ])("%s is counted for %j", (line, client) => {
    const request = { ...variablesOf(line), http_x_forwarded_for: "192.0.2.1" };
    const counted = valueOfVariable(CONFIG, "viewer_guesser", request);
    expect(counted).toBe(client);
  });

  test("is counted for the client's whole network", () => {
    const request = { ...variablesOf("GET /flower/login?code=made-up"), http_x_forwarded_for: "2001:db8::1" };
    expect(valueOfVariable(CONFIG, "viewer_guesser", request)).toBe("2001:db8:0:0");
  });
});

test("Flower gets no Authorization header, and tells no browser who is signed in or to ask for a password", () => {
  const servers = directivesOf(CONFIG, "location").map(({ block = [] }) => block.map(({ words }) => words.join(" ")));
  const proxied = servers.filter((lines) => lines.some((line) => /^proxy_pass http:\/\/\w+\$/.test(line)));
  expect(proxied).toHaveLength(2);
  for (const lines of proxied) {
    expect(lines).toEqual(
      expect.arrayContaining([
        "proxy_set_header Authorization ",
        "proxy_hide_header WWW-Authenticate",
        "proxy_hide_header X-Signed-In-As",
      ]),
    );
    const cookies = lines.filter((line) => line.startsWith("proxy_cookie_flags"));
    expect(cookies).toEqual([
      "proxy_cookie_flags __Host-oauth_state secure httponly samesite=lax",
      "proxy_cookie_flags __Host-user secure httponly samesite=strict",
      "proxy_cookie_flags ~ secure samesite=strict",
    ]);
  }
});

test("the log names who is signed in, and nobody's list of passwords is read", () => {
  const text = nginxConfig(modelOf(signInFully));
  expect(text).toContain('"user":"$upstream_http_x_signed_in_as"');
  expect(text).not.toMatch(/include \/run\/logins|\$remote_user|http_authorization/);
});
