import type { Dashboard, Model } from "../../model";
import { dashboards } from "../dashboards";
import { METRICS_CA_KEY, metricsPath } from "../metrics";
import { METRICS_PORT, MOUNTS } from "../paths";
import { block } from "./block";
import { ownRequest } from "./ownRequest";
import { headerDirectives } from "./headers";
import { listeners } from "./listeners";
import { STRANGERS } from "./servers";

/**
 * Metrics, for who has the scraper's certificate: a CA of its own, so that it opens nothing else, and the controller's does not open this. No session
 * is kept, since one that was begun at another port would not be asked for a certificate again (CVE-2025-23419).
 */
export function metricsServer(model: Model): string[] {
  if (model.metrics === undefined) {
    return [];
  }
  return [
    ...block("map $status $metrics_logged", ['"200" 0;', "default 1;"]),
    ...block("server", [
      ...listeners(model, METRICS_PORT, "ssl default_server"),
      "server_name _;",
      `ssl_client_certificate ${MOUNTS.serverTls}/${METRICS_CA_KEY};`,
      "ssl_session_cache off;",
      // A scrape every few seconds is no event.
      "access_log /dev/stdout json if=$metrics_logged;",
      ...headerDirectives(),
      ...STRANGERS,
      "error_page 502 504 = @unavailable;",
      ...block("location @unavailable", ['return 503 "Flower does not answer.\\n";']),
      ...dashboards(model).flatMap((dashboard) => metricsLocation(dashboard, model)),
      ...block("location /", ["return 404;"]),
    ]),
  ];
}

/** One fixed request to Flower, whatever the scraper sends; by the raw request line, as everything else. */
function metricsLocation(dashboard: Dashboard, { urlPrefix }: Model): string[] {
  const path = metricsPath(dashboard);
  return block(`location = ${path}`, [
    ...block(`if ($request_method != GET)`, ["return 405;"]),
    ...block(`if ($request_uri != ${path})`, ["return 404;"]),
    `proxy_pass http://${dashboard.role}/${urlPrefix}/metrics;`,
    ...ownRequest(),
    "proxy_read_timeout 8s;",
    ...["X-Content-Type-Options", "Cache-Control"].map((header) => `proxy_hide_header ${header};`),
  ]);
}
