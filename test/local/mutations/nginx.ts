import { ADDRESSES, type KubernetesObject } from "../../../local/pod";
import { withOpenList } from "../attacks/read-only";
import type { Mutation } from "../mutations";
import { edit, route } from "./nginxConf";

const HEADERS = [
  ...[
    "Strict-Transport-Security",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Content-Security-Policy",
  ],
  ...["Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "Cache-Control"],
];
const EVERY_STATUS = "every status of both origins";

const headers: Mutation[] = [
  ...HEADERS.map((name): Mutation => ({
    control: "headers",
    without: name,
    caughtBy: EVERY_STATUS,
    change: edit([new RegExp(`add_header ${name} .*;`, "g"), ""]),
  })),
  {
    control: "headers",
    without: "headers on errors",
    caughtBy: EVERY_STATUS,
    change: edit([/(add_header .*) always;/g, "$1;"]),
  },
  {
    control: "headers",
    without: "headers on answers to unknown hosts",
    caughtBy: EVERY_STATUS,
    change: edit(["return 421", "add_header X 1 always; return 421"]),
  },
  {
    control: "headers",
    without: "flags of cookies",
    caughtBy: EVERY_STATUS,
    change: edit(["proxy_cookie_flags ~ secure samesite=strict;", ""]),
  },
  {
    control: "headers",
    without: "a policy that forbids inline scripts",
    caughtBy: EVERY_STATUS,
    change: edit(["script-src 'self'", "script-src 'self' 'unsafe-inline'"]),
  },
  {
    control: "headers",
    without: "hiding the version",
    caughtBy: EVERY_STATUS,
    change: edit(["server_tokens off;", ""]),
  },
  {
    control: "headers",
    without: "hiding Flower's own headers",
    caughtBy: EVERY_STATUS,
    change: edit(["proxy_hide_header X-Content-Type-Options;", ""]),
  },
  { control: "headers", without: "a refusal of ranges", caughtBy: EVERY_STATUS, change: edit(["max_ranges 0;", ""]) },
  {
    control: "headers",
    without: "refusals being kept nowhere",
    caughtBy: EVERY_STATUS,
    change: edit([/\(\?:200\|206\|304\)/g, "[0-9]+"]),
  },
  {
    control: "headers",
    without: "headers on a 401",
    caughtBy: "the headers reach the browser",
    change: edit([/(add_header .*) always;/g, "$1;"]),
  },
  {
    control: "headers",
    without: "a text for a Flower that is away",
    caughtBy: "while Flower is away",
    change: edit(["error_page 502 504 = @unavailable;", ""]),
  },
  {
    control: "headers",
    without: "headers on a 503",
    caughtBy: "while Flower is away",
    change: edit(["return 503", "add_header X 1 always; return 503"]),
  },
];

const LIST = "nginx' list alone refuses a viewer's control call";
const readOnly: Mutation[] = [
  { control: "read-only", without: "nginx' list", caughtBy: LIST, change: withOpenList },
  {
    control: "read-only",
    without: "deciding on the raw path",
    caughtBy: LIST,
    change: edit(['"$request_method $raw_path" $viewer_route', '"$request_method $uri" $viewer_route']),
  },
  {
    control: "read-only",
    without: "deciding on the method",
    caughtBy: LIST,
    change: edit([/(\$viewer_route \{\n\s+default "";)/, '$1\n    "~^[A-Za-z]+ /flower/api/" api;']),
  },
  {
    control: "read-only",
    without: "nginx' list, through the controller",
    caughtBy: "nginx' list alone refuses them through",
    change: withOpenList,
  },
  {
    control: "read-only",
    without: "nginx' list, for requests behind others",
    caughtBy: "no control call can be smuggled",
    change: withOpenList,
  },
];

const adminRoute: Mutation[] = [
  {
    control: "admin-route",
    without: "the admins' ranges",
    caughtBy: "the admins' host is closed outside",
    change: edit(["if ($admin_source = 0)", "if ($admin_source = 2)"]),
  },
  {
    control: "admin-route",
    without: "ranges of the admins' own",
    caughtBy: "the admins' host is closed outside",
    change: edit([`${ADDRESSES.office}/32 1;`, "198.51.100.0/24 1;"]),
  },
  {
    control: "admin-route",
    without: "a server for unknown hosts",
    caughtBy: "no Host but the admins' own",
    change: edit(
      [" ssl default_server;", " ssl;"],
      [/listen (\d+) ssl;(\s+server_name flower-admin)/, "listen $1 ssl default_server;$2"],
    ),
  },
  {
    control: "admin-route",
    without: "ranges by Host",
    caughtBy: "the name in the TLS handshake",
    change: edit(["if ($admin_source = 0)", "if ($admin_source = 2)"]),
  },
];

const LAST = "only the address that the controller wrote last counts";
const allowList: Mutation[] = [
  {
    control: "allow-list",
    without: "the check of the viewers' ranges",
    caughtBy: LAST,
    change: edit(["if ($viewer_source = 0)", "if ($viewer_source = 2)"]),
  },
  {
    control: "allow-list",
    without: "looking at the last address",
    caughtBy: LAST,
    change: edit([/\(\?:,\[\^,\]\*\)\{0\}\$"/g, '"']),
  },
  {
    control: "allow-list",
    without: "disbelief in other headers",
    caughtBy: LAST,
    change: edit(["map $http_x_forwarded_for $client", "map $http_x_real_ip $client"]),
  },
  {
    control: "allow-list",
    without: "a refusal of who has no address",
    caughtBy: "a dashboard that is open to every address",
    change: edit(['if ($client = "-")', 'if ($client = "none")']),
  },
  {
    control: "allow-list",
    without: "disbelief in what the controller passes on",
    caughtBy: "through the ingress controller no header",
    change: edit(["map $http_x_forwarded_for $client", "map $http_x_original_forwarded_for $client"]),
  },
  {
    control: "allow-list",
    without: "a list of trusted proxies",
    caughtBy: "with trusted proxies",
    change: edit([/192\.0\.2\.128\/25 1;/g, "0.0.0.0/0 1;"]),
  },
];

const csrf: Mutation[] = [
  {
    control: "csrf",
    without: "nginx' check",
    caughtBy: "a POST with the right log-in",
    change: edit([/if \(\$(viewer|admin)_cross_site\)/g, "if ($$$1_source = 2)"]),
  },
  {
    control: "csrf",
    without: "a look at Origin",
    caughtBy: "a POST with the right log-in",
    change: edit([/(\(\?:same-origin\)\?) \(\?:https[^)]*\)\?\$"/g, '$1 "']),
  },
  {
    control: "csrf",
    without: "a refusal of OPTIONS",
    caughtBy: "no other origin",
    change: (objects, stack) =>
      route("^OPTIONS ")(
        edit(['"~^(?:GET|HEAD) " 0;', '"~^(?:GET|HEAD|OPTIONS) " 0;'])(objects, stack) as KubernetesObject[],
        stack,
      ),
  },
];

const hidden: Mutation[] = [
  {
    control: "hidden-endpoints",
    without: "a closed /metrics",
    caughtBy: "metrics, health",
    change: route("^GET /flower/metrics$"),
  },
  {
    control: "hidden-endpoints",
    without: "a closed /healthcheck",
    caughtBy: "metrics, health",
    change: route("^GET /flower/healthcheck$"),
  },
  {
    control: "hidden-endpoints",
    without: "a refusal of OPTIONS",
    caughtBy: "OPTIONS and other unusual methods",
    change: route("^OPTIONS "),
  },
  {
    control: "hidden-endpoints",
    without: "a list of static files",
    caughtBy: "nothing but the pages' own files",
    change: edit([/static\/\(\?:favicon[^"]*"/g, 'static/.+"']),
  },
  {
    control: "authentication",
    without: "nginx' list, for a route that needs no log-in",
    caughtBy: "every route of the installed Flower",
    change: route("^GET /flower/metrics$"),
  },
];

/** What nginx.conf decides who may do what by, and the headers, piece by piece. */
export const nginxMutations: readonly Mutation[] = [
  ...readOnly,
  ...headers,
  ...adminRoute,
  ...allowList,
  ...csrf,
  ...hidden,
];
