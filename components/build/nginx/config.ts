import type { Dashboard, Model } from "../../model";
import { dashboards } from "../dashboards";
import { HEALTH_PORT, HTTPS_PORT, MOUNTS } from "../paths";
import { block } from "./block";
import { clientAddress, clientNetwork, sourceRanges } from "./clientAddress";
import { passwordGuards, rateLimits, requestLimits, timeLimits } from "./limits";
import { listeners } from "./listeners";
import { metricsServer } from "./metrics";
import { ownRequest } from "./ownRequest";
import { dashboardServer, originOf, unknownHostServer } from "./servers";
import { ROUTES, routePattern } from "./routes";
import { SIGN_IN_ROUTES, SIGNED_IN_USER, signInGuards, signInQuery } from "./signIn";

/**
 * The whole nginx.conf. Every decision is made on the raw request line: nginx picks locations by the normalised path but hands the raw one on, so
 * that a rule on `$uri` or on a location can be walked around. https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass
 */
export function nginxConfig(model: Model): string {
  const served = dashboards(model);
  return [
    "daemon off;",
    `pid ${MOUNTS.tmp}/nginx.pid;`,
    // Level `crit`: at `error`, nginx writes whole query strings and referers when Flower does not answer.
    "error_log stderr crit;",
    "worker_processes 2;",
    "worker_shutdown_timeout 20s;",
    ...block("events", ["worker_connections 2048;"]),
    ...block("http", [
      ...files(),
      ...hashSizes(),
      ...accessLog(model, served),
      ...timeLimits(),
      ...transportSecurity(),
      ...clientAddress(model.trustedProxyRanges),
      ...clientNetwork(),
      ...rawPath(),
      ...served.flatMap((dashboard) => [
        ...sourceRanges(dashboard),
        ...routes(dashboard, model),
        ...crossSite(dashboard, model),
      ]),
      ...(model.oauth ? [...signInQuery(), ...served.flatMap(signInGuards)] : served.flatMap(passwordGuards)),
      ...rateLimits(served),
      ...cacheControl(model),
      ...webSocket(),
      ...compression(),
      ...served.flatMap(upstream),
      ...unknownHostServer(listeners(model, HTTPS_PORT, "ssl default_server")),
      ...served.flatMap((dashboard) =>
        dashboardServer(dashboard, model, listeners(model, HTTPS_PORT, "ssl"), requestLimits(dashboard)),
      ),
      ...metricsServer(model),
      ...healthServer(model, served),
    ]),
    "",
  ].join("\n");
}

/** Every file that nginx writes is in its own memory volume: the root is read-only. */
function files(): string[] {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return [
    ...temporary.map((kind) => `${kind}_temp_path ${MOUNTS.tmp}/${kind};`),
    "include /etc/nginx/mime.types;",
    "default_type text/plain;",
    "charset utf-8;",
    "sendfile on;",
    // Static files are laid once, before nginx starts: with what it costs to open them, a file would cost a quarter more.
    "open_file_cache max=64 inactive=1d;",
    "open_file_cache_valid 1d;",
    "tcp_nopush on;",
    "server_tokens off;",
  ];
}

/** A host may have 253 characters and a prefix 128, while nginx does not start with one that is longer than a bucket, which has 64 bytes by default. */
function hashSizes(): string[] {
  return ["server_names_hash_bucket_size 512;", "map_hash_bucket_size 512;"];
}

/** One JSON object a line. The path only: queries, referers and cookies can hold task arguments and codes. A user only once the log-in is known. */
function accessLog({ oauth }: Model, dashboards: readonly Dashboard[]): string[] {
  const user = oauth ? SIGNED_IN_USER : dashboards.map(({ role }) => `$${role}_user`).join("");
  const fields = [
    '"time":"$time_iso8601"',
    '"client":"$client"',
    '"peer":"$remote_addr"',
    `"user":"${user}"`,
    '"method":"$request_method"',
    '"host":"$host"',
    '"path":"$raw_path"',
    '"status":$status',
    '"bytes":$body_bytes_sent',
    '"seconds":$request_time',
    '"upstream":"$upstream_addr"',
    '"upstreamStatus":"$upstream_status"',
    '"limit":"$limit_req_status"',
  ];
  return [
    `log_format json escape=json '{${fields.join(",")}}';`,
    // Static files that were served are no event: they are eleven of a page's thirteen requests. Refused ones are.
    ...block("map $cache_control $logged", ['"no-store" 1;', "default 0;"]),
    "access_log /dev/stdout json if=$logged;",
  ];
}

/**
 * Only a certificate of this dashboard's private CA gets in. https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client
 */
function transportSecurity(): string[] {
  return [
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305;",
    "ssl_prefer_server_ciphers off;",
    "ssl_session_cache shared:TLS:2m;",
    "ssl_session_tickets off;",
    `ssl_certificate ${MOUNTS.serverTls}/tls.crt;`,
    `ssl_certificate_key ${MOUNTS.serverTls}/tls.key;`,
    `ssl_client_certificate ${MOUNTS.serverTls}/ca.crt;`,
    "ssl_verify_client on;",
    "ssl_verify_depth 1;",
  ];
}

/**
 * `$raw_path`: the request line's path as it came, up to the query. Empty for anything but an origin-form path, and for one with a `#`, which
 * nginx drops from its own path but hands on to Flower as part of it.
 */
function rawPath(): string[] {
  return block("map $request_uri $raw_path", ['"~^(?<origin_form>/[^?#]*)(?:\\?|$)" $origin_form;', 'default "";']);
}

/** `$ROLE_route`: what kind of route the request is for this role, or empty, which is refused. */
function routes({ role }: Dashboard, { urlPrefix, oauth }: Model): string[] {
  const allowed = [...ROUTES, ...(oauth ? SIGN_IN_ROUTES : [])].filter((route) => route.roles.includes(role));
  return block(`map "$request_method $raw_path" $${role}_route`, [
    'default "";',
    `"GET /${urlPrefix}" entry;`,
    ...allowed.map((route) => `"${routePattern(route, urlPrefix)}" ${route.kind};`),
  ]);
}

/**
 * `$ROLE_cross_site`: 1 for a request that may change something and that a browser says comes from elsewhere. Flower 2.2 checks too, but
 * believes Sec-Fetch-Site over Origin and does not compare the scheme. A client that is no browser sends neither.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
function crossSite(dashboard: Dashboard, model: Model): string[] {
  const origin = originOf(dashboard, model).replaceAll(".", "\\.");
  return block(`map "$request_method $http_sec_fetch_site $http_origin" $${dashboard.role}_cross_site`, [
    "default 1;",
    '"~^(?:GET|HEAD) " 0;',
    `"~^[A-Z]+ (?:same-origin)? (?:${origin})?$" 0;`,
  ]);
}

/** A static file is named after its content (`?v=`), so it never changes; anything else, a refusal above all, is kept nowhere. */
function cacheControl({ urlPrefix }: Model): string[] {
  return block('map "$status $request_uri" $cache_control', [
    'default "no-store";',
    `"~^(?:200|206|304) /${urlPrefix}/static/[^?]+\\?v=[0-9a-f]+$" "public, max-age=31536000, immutable";`,
    `"~^(?:200|206|304) /${urlPrefix}/static/" "public, max-age=3600";`,
  ]);
}

/**
 * Flower 2.x polls, but older ones and custom images need the upgrade. By a map, so that a plain request
 * keeps its connection to Flower alive. https://nginx.org/en/docs/http/websocket.html
 */
function webSocket(): string[] {
  return [
    ...block("map $http_upgrade $upgrade", ['"~*^websocket$" websocket;', 'default "";']),
    ...block("map $http_upgrade $connection_upgrade", ['"~*^websocket$" upgrade;', 'default "";']),
  ];
}

function compression(): string[] {
  return [
    "gzip on;",
    "gzip_vary on;",
    "gzip_proxied any;",
    "gzip_min_length 512;",
    "gzip_types application/json text/plain text/css application/javascript text/javascript;",
  ];
}

function upstream({ role, port }: Dashboard): string[] {
  return block(`upstream ${role}`, [`server 127.0.0.1:${port};`, "keepalive 16;"]);
}

/** Health, for the kubelet: of nginx itself, and of each Flower, which listens where no kubelet can reach. */
function healthServer(model: Model, dashboards: readonly Dashboard[]): string[] {
  const flower = ({ role }: Dashboard) =>
    block(`location = /${role}`, [
      `proxy_pass http://${role}/${model.urlPrefix}/healthcheck;`,
      "proxy_method GET;",
      ...ownRequest(),
      "proxy_read_timeout 4s;",
    ]);
  return block("server", [
    ...listeners(model, HEALTH_PORT),
    "server_name _;",
    "access_log off;",
    ...block("location = /nginx", ['return 200 "ok\\n";']),
    ...dashboards.flatMap(flower),
    ...block("location /", ["return 404;"]),
  ]);
}
