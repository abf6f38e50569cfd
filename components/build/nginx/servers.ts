import type { Dashboard, Model } from "../../model";
import { MOUNTS } from "../paths";
import { block } from "./block";
import { NO_ADDRESS } from "./clientAddress";
import { headerDirectives } from "./headers";
import { signInProxy } from "./signIn";

/** Host and port as a browser writes them into Host and Origin: the default port is left out. */
export function authority({ host }: Dashboard, { httpsPort }: Model): string {
  return httpsPort === 443 ? host : `${host}:${httpsPort}`;
}

/** The one origin whose pages may act at this dashboard. */
export function originOf(dashboard: Dashboard, model: Model): string {
  return `https://${authority(dashboard, model)}`;
}

/**
 * A connection without the controller's certificate, or in plain HTTP, gets no answer at all, not even nginx' error page.
 * https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors
 */
export const STRANGERS = ["error_page 495 496 497 = @stranger;", ...block("location @stranger", ["return 444;"])];

/** A Host that is not ours, whatever name the TLS handshake had, ends here. */
export function unknownHostServer(listen: readonly string[]): string[] {
  return block("server", [
    ...listen,
    "server_name _;",
    ...headerDirectives(),
    ...STRANGERS,
    ...block("location /", ['return 421 "This host is not served here.\\n";']),
  ]);
}

/** The server of one dashboard: refusals first, for every location; then static files from memory, then Flower. */
export function dashboardServer(
  dashboard: Dashboard,
  model: Model,
  listen: readonly string[],
  limits: readonly string[],
): string[] {
  const { role, host } = dashboard;
  const { urlPrefix, oauth } = model;
  return [
    ...block(`map $${role}_route $${role}_upstream_uri`, [
      // A viewer could hold Flower's few threads with ?timeout=N; without it the answer is what is known now.
      "result $raw_path;",
      ...(oauth ? ["login $raw_path$login_query;", "logout $raw_path;"] : []),
      "default $request_uri;",
    ]),
    ...block("server", [
      ...listen,
      `server_name ${host};`,
      ...headerDirectives(),
      ...limits,
      ...STRANGERS,
      "error_page 502 504 = @unavailable;",
      ...block("location @unavailable", ['return 503 "Flower does not answer; it may be starting. Try again.\\n";']),
      ...refuse(`$client = "${NO_ADDRESS}"`, "The proxy in front does not say who the client is (X-Forwarded-For)."),
      ...refuse(`$${role}_source = 0`, "This address may not open the dashboard: it is not in allowedSourceRanges."),
      ...refuse(`$${role}_cross_site`, "This request comes from another site."),
      ...(oauth ? refuse(`$${role}_foreign_logout`, "This request comes from another site.") : []),
      ...refuse(`$${role}_route = ""`, refusal(role)),
      ...block(`if ($${role}_route = entry)`, [`return 301 ${originOf(dashboard, model)}/${urlPrefix}/;`]),
      ...block(`location ^~ /${urlPrefix}/static/`, [
        ...block(`if ($${role}_route != static)`, ["return 404;"]),
        `alias ${MOUNTS.static}/;`,
        "gzip_static on;",
        // No ranges: nginx adds every header twice to a range that it refuses (416), and one for a year's keeping.
        "max_ranges 0;",
      ]),
      ...block("location /", [...block(`if ($${role}_route = static)`, ["return 404;"]), ...proxy(dashboard, model)]),
    ]),
  ];
}

function refuse(condition: string, text: string): string[] {
  return block(`if (${condition})`, [`return 403 "${text}\\n";`]);
}

function refusal(role: Dashboard["role"]): string {
  return role === "viewer"
    ? "This dashboard is read-only and serves nothing else under this path and method."
    : "Nothing is served under this path and method.";
}

/** To Flower. Nothing that the client says about itself goes on: Host is a literal, addresses are those that nginx decided on. */
function proxy(dashboard: Dashboard, model: Model): string[] {
  const hidden = [
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Cache-Control",
    "Expires",
    "Access-Control-Allow-Origin",
  ];
  return [
    `proxy_pass http://${dashboard.role}$${dashboard.role}_upstream_uri;`,
    "proxy_http_version 1.1;",
    `proxy_set_header Host ${authority(dashboard, model)};`,
    "proxy_set_header X-Real-IP $client;",
    "proxy_set_header X-Forwarded-For $client;",
    "proxy_set_header X-Forwarded-Proto https;",
    "proxy_set_header X-Scheme https;",
    "proxy_set_header Upgrade $upgrade;",
    "proxy_set_header Connection $connection_upgrade;",
    "proxy_connect_timeout 3s;",
    "proxy_send_timeout 15s;",
    "proxy_read_timeout 30s;",
    "proxy_buffer_size 16k;",
    "proxy_buffers 16 16k;",
    "proxy_max_temp_file_size 0;",
    "proxy_redirect off;",
    ...hidden.map((header) => `proxy_hide_header ${header};`),
    ...signInProxy(model),
    "proxy_cookie_flags ~ secure samesite=strict;",
  ];
}
