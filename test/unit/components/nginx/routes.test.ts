import { describe, expect, test } from "vitest";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { modelOf, withAdmin } from "../arguments";
import { parseNginx } from "./tokens";
import { valueOfVariable } from "./variables";

const CONFIG = parseNginx(nginxConfig(modelOf(withAdmin)));

type Role = "viewer" | "admin";

/** What kind of route a raw request line is, for a role; empty if it is refused. */
function routeOf(role: Role, line: string): string {
  const [method = "", ...uri] = line.split(" ");
  return valueOfVariable(CONFIG, `${role}_route`, { request_method: method, request_uri: uri.join(" ") });
}

/** Requests of Flower's own pages, and what they are. */
const READS: readonly (readonly [string, string])[] = [
  ["GET /flower", "entry"],
  ["GET /flower?x=1", "entry"],
  ["GET /flower/", "page"],
  ["GET /flower/workers", "page"],
  ["GET /flower/workers?refresh=1&json=1", "page"],
  ["GET /flower/tasks?limit=10#/", "page"],
  ["GET /flower/broker", "page"],
  ["GET /flower/worker/celery@host-1.example.com", "page"],
  ["GET /flower/worker/celery%40host", "page"],
  ["GET /flower/task/3b4c1f2e-0000-4000-8000-000000000000", "page"],
  ["GET /flower/tasks/datatable?draw=1", "page"],
  ["POST /flower/tasks/datatable", "page"],
  ["GET /flower/api/workers?refresh=true", "api"],
  ["GET /flower/api/tasks?limit=1", "api"],
  ["GET /flower/api/task/types", "api"],
  ["GET /flower/api/queues/length", "api"],
  ["GET /flower/api/task/info/abc", "api"],
  ["GET /flower/api/task/result/abc?timeout=10", "result"],
  ["GET /flower/static/favicon.ico", "static"],
  ["GET /flower/static/css/bootstrap.min.css?v=0a", "static"],
  ["HEAD /flower/static/js/flower.js", "static"],
];

/** The 14 endpoints that change something: flower/urls.py of 2.2.0. */
const CONTROLS: readonly string[] = [
  ...["shutdown", "pool/restart", "pool/grow", "pool/shrink", "pool/autoscale"].map((path) => `worker/${path}`),
  ...["queue/add-consumer", "queue/cancel-consumer"].map((path) => `worker/${path}`),
  ...["apply", "async-apply", "send-task", "abort", "timeout", "rate-limit", "revoke"].map((path) => `task/${path}`),
];

/** Refused for everybody: what Flower has and nobody needs, and what is no plain path. */
const NOBODY: readonly string[] = [
  "GET /",
  "GET /flowers",
  "GET /flowe",
  "GET /other/workers",
  "GET /flower/metrics",
  "GET /flower/healthcheck",
  "GET /flower/login",
  "GET /flower/logout",
  "OPTIONS /flower/workers",
  "OPTIONS *",
  "HEAD /flower/workers",
  "PUT /flower/tasks/datatable",
  "POST /flower/workers",
  "DELETE /flower/api/workers",
  "TRACE /flower/",
  "CONNECT queues.example.com:443",
  "get /flower/workers",
  "GETX /flower/workers",
  "XGET /flower/workers",
  "GET /FLOWER/workers",
  "GET /flower/Workers",
  "GET /flower/workers/",
  "GET /flower//workers",
  "GET //flower/workers",
  "GET /flower/./workers",
  "GET /flower/../flower/workers",
  "GET /flower/x/../workers",
  "GET /flower/workers/..",
  "GET /flower/workers;x",
  "GET /flower;x/workers",
  "GET /flower/%77orkers",
  "GET /%66lower/workers",
  "GET /flower%2fworkers",
  "GET /flower/workers%20",
  "GET /flower/workers%0a",
  "GET /flower/workers%00",
  "GET /flower/workers%3frefresh=1",
  "GET /flower/workers%23",
  "GET /flower/workers#/../metrics",
  "GET /flower/tasks/datatable#",
  "GET \\flower\\workers",
  "GET /flower\\workers",
  "GET http://queues.example.com/flower/workers",
  "GET https://queues.example.com/flower/workers",
  "GET flower/workers",
  "GET ?/flower/workers",
  "GET ",
  "GET /flower/worker/",
  "GET /flower/worker/a/b",
  "GET /flower/worker/a%2fb",
  "GET /flower/worker/a%2Fb",
  "GET /flower/worker/a%5cb",
  "GET /flower/worker/a%00",
  "GET /flower/worker/a%0d%0ab",
  "GET /flower/worker/a%7f",
  "GET /flower/worker/a%",
  "GET /flower/worker/a%4",
  "GET /flower/worker/a%zz",
  "GET /flower/worker/a;b",
  "GET /flower/worker/a b",
  "GET /flower/worker/ä",
  "GET /flower/api/task/info/",
  "GET /flower/api/task/result/a/b",
  "GET /flower/static/",
  "GET /flower/static/css/",
  "GET /flower/static/css/..",
  "GET /flower/static/css/../js/flower.js",
  "GET /flower/static/css/.htaccess",
  "GET /flower/static/js/%2e%2e/flower.js",
  "GET /flower/static/swagger.json",
  "POST /flower/static/js/flower.js",
  "GET /flower/api/worker/shutdown/a",
  "GET /flower/api/task/revoke/a",
];

describe("a read", () => {
  test.each(READS)("is let through for both roles: %s (%s)", (line, kind) => {
    expect([routeOf("viewer", line), routeOf("admin", line)]).toEqual([kind, kind]);
  });
});

describe("anything else", () => {
  test.each(NOBODY.map((line) => [line]))("is refused for both roles: %s", (line) => {
    expect([routeOf("viewer", line), routeOf("admin", line)]).toEqual(["", ""]);
  });
});

/** Ways to write `/flower/api/<endpoint>/x` that some server, proxy or framework takes for the same. */
function disguises(endpoint: string): string[] {
  const path = `/flower/api/${endpoint}/x`;
  const encoded = (text: string) =>
    Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
  const paths = [
    path,
    `${path}?`,
    `${path}?terminate=true`,
    `${path}/`,
    `${path}#`,
    `${path}%00`,
    `${path};a=b`,
    `/${path}`,
    path.replaceAll("/", "//"),
    path.replaceAll("/", "/./"),
    path.replaceAll("/", "\\"),
    path.replace("/api/", "/x/../api/"),
    path.replace("/api/", "/x/%2e%2e/api/"),
    path.replace("/api/", "/x%2f..%2fapi/"),
    path.replace("/api/", "%2fapi%2f"),
    path.replace("/api/", "/%61pi/"),
    path.replace("/api/", "/%2561pi/"),
    path.replace("/api/", "/API/"),
    path.replace("/api/", "/api%20/"),
    path.replace(endpoint, endpoint.toUpperCase()),
    path.replace(endpoint, encoded(endpoint)),
    path.replace(endpoint, endpoint.replaceAll("/", "%2F")),
    `/flower/tasks/datatable/../..${path.replace("/flower", "")}`,
    `/flower/tasks/datatable?/..${path}`.replace("?", "%3f"),
    `/flower/tasks/datatable#${path}`,
    `/flower/tasks/datatable%0aPOST ${path}`,
    `/flower/static/js/../..${path.replace("/flower", "")}`,
    `/flower/task/..%2f..${path}`,
    `http://127.0.0.1:5556${path}`,
    `https://queues-admin.example.com${path}`,
    path.replace("/flower", ""),
    path.replace("/flower", "/FLOWER"),
  ];
  const methods = ["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "post", "Post", "POST\t", "XPOST"];
  return paths.flatMap((each) => methods.map((method) => `${method} ${each}`));
}

describe.each(CONTROLS)("the control endpoint %s", (endpoint) => {
  test("is refused for the viewer in every disguise", () => {
    const through = disguises(endpoint).filter((line) => routeOf("viewer", line) !== "");
    expect(through).toEqual([]);
  });

  test("is the admin's by POST and by its own path only", () => {
    const through = disguises(endpoint).filter((line) => routeOf("admin", line) !== "");
    const path = `POST /flower/api/${endpoint}/x`;
    expect(through).toEqual([path, `${path}?`, `${path}?terminate=true`]);
    expect(routeOf("admin", path)).toBe("control");
  });
});

test("there are 14 control endpoints", () => {
  expect(new Set(CONTROLS).size).toBe(14);
});

describe("the request line that goes to Flower", () => {
  test.each([
    ["GET /flower/api/task/result/a?timeout=60", "/flower/api/task/result/a"],
    ["GET /flower/tasks?limit=5", "/flower/tasks?limit=5"],
  ])("%s becomes %s", (line, upstream) => {
    const [request_method = "", request_uri = ""] = line.split(" ");
    expect(valueOfVariable(CONFIG, "viewer_upstream_uri", { request_method, request_uri })).toBe(upstream);
  });
});

describe("a request from another site", () => {
  const own = "https://queues.example.com";

  test.each([
    ["GET", "cross-site", "https://evil.example", "0"],
    ["HEAD", "", "", "0"],
    ["POST", "same-origin", own, "0"],
    ["POST", "", "", "0"],
    ["POST", "", own, "0"],
    ["POST", "same-origin", "", "0"],
    ["POST", "same-site", own, "1"],
    ["POST", "cross-site", "", "1"],
    ["POST", "none", "", "1"],
    ["POST", "same-origin", "https://queues-admin.example.com", "1"],
    ["POST", "same-origin", "http://queues.example.com", "1"],
    ["POST", "same-origin", `${own}:8443`, "1"],
    ["POST", "same-origin", `${own}.evil.example`, "1"],
    ["POST", "same-origin", "https://queues-example.com", "1"],
    ["POST", "same-origin", "https://QUEUES.example.com", "1"],
    ["POST", "same-origin", "null", "1"],
    ["POST", "same-origin same-origin", own, "1"],
    ["POST", "", `${own} x`, "1"],
    ["get", "cross-site", "https://evil.example", "1"],
  ])("%s with Sec-Fetch-Site %j and Origin %j counts as one: %s", (request_method, site, origin, foreign) => {
    const request = { request_method, http_sec_fetch_site: site, http_origin: origin };
    expect(valueOfVariable(CONFIG, "viewer_cross_site", request)).toBe(foreign);
  });
});

describe("an answer is kept by caches", () => {
  test.each([
    ["200", "/flower/static/js/flower.js?v=0a1b", "public, max-age=31536000, immutable"],
    ["304", "/flower/static/js/flower.js", "public, max-age=3600"],
    ["200", "/flower/static/js/flower.js?v=0a&x=1", "public, max-age=3600"],
    ["403", "/flower/static/js/flower.js?v=0a1b", "no-store"],
    ["404", "/flower/static/js/none.js", "no-store"],
    ["200", "/flower/workers", "no-store"],
    ["200", "/flower/workers?/flower/static/", "no-store"],
    ["200", "/other/flower/static/js/flower.js", "no-store"],
  ])("%s for %s: %s", (status, request_uri, control) => {
    expect(valueOfVariable(CONFIG, "cache_control", { status, request_uri })).toBe(control);
  });
});

test.each([
  ["websocket", "websocket", "upgrade"],
  ["WebSocket", "websocket", "upgrade"],
  ["", "", ""],
  ["h2c", "", ""],
])("an Upgrade header of %j goes on as %j, with Connection %j", (http_upgrade, upgrade, connection) => {
  expect(valueOfVariable(CONFIG, "upgrade", { http_upgrade })).toBe(upgrade);
  expect(valueOfVariable(CONFIG, "connection_upgrade", { http_upgrade })).toBe(connection);
});
