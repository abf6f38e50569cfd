import { stringify } from "yaml";

/** What `promtool test rules` reads: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/ */
export interface Story {
  readonly title: string;
  readonly alert: string;
  /** Samples, one a minute from the first on, by series. */
  readonly series: Readonly<Record<string, string>>;
  /** When to look. */
  readonly at: string;
  /** Labels beside the severity of the alerts that fire then; none for silence. */
  readonly fires: readonly Readonly<Record<string, string>>[];
  readonly severity: string;
}

const HOST = "queues.example.com";
const info = (role: string, version = "2.2.0") =>
  `secure_flower_info{dashboard="${HOST}",role="${role}",version="${version}"}`;
const of = (metric: string, role?: string) =>
  `${metric}{dashboard="${HOST}"${role === undefined ? "" : `,role="${role}"`}}`;
const EXPIRY = of("secure_flower_certificate_expiry_timestamp_seconds");
const DAY = 86_400;

const story = (
  title: string,
  alert: string,
  series: Story["series"],
  at: string,
  fires: Story["fires"],
  severity = "warning",
): Story => ({ title, alert, series, at, fires, severity });

/** Each alert, when it must fire and when it must not. The clock begins at 0. */
export const STORIES: readonly Story[] = [
  story("29 days are left", "FlowerCertificateExpires", { [EXPIRY]: `${29 * DAY}x120` }, "90m", [{ dashboard: HOST }]),
  story("31 days are left", "FlowerCertificateExpires", { [EXPIRY]: `${31 * DAY + 7200}x120` }, "90m", []),
  ...["queues-public-tls", "queues-public-tls-admin"].map((name) =>
    story(
      `13 days of ${name} are left`,
      "FlowerPublicCertificateExpires",
      { [`certmanager_certificate_expiration_timestamp_seconds{name="${name}"}`]: `${13 * DAY}x120` },
      "90m",
      [{ name }],
    ),
  ),
  story(
    "somebody else's certificate ends",
    "FlowerPublicCertificateExpires",
    { 'certmanager_certificate_expiration_timestamp_seconds{name="shop-tls"}': `${DAY}x120` },
    "90m",
    [],
  ),
  story(
    "a newer Flower",
    "FlowerVersionUntested",
    { [info("viewer", "2.3.0")]: "1x20" },
    "10m",
    [{ dashboard: HOST, role: "viewer", version: "2.3.0" }],
    "info",
  ),
  story("the Flower that was tested", "FlowerVersionUntested", { [info("viewer")]: "1x20" }, "10m", [], "info"),
  story(
    "a guesser, twenty times a minute",
    "FlowerLogInsGuessed",
    { [of("secure_flower_wrong_log_ins_total", "admin")]: "0+20x30" },
    "15m",
    [{ dashboard: HOST, role: "admin" }],
  ),
  story(
    "a person who mistypes",
    "FlowerLogInsGuessed",
    { [of("secure_flower_wrong_log_ins_total", "viewer")]: "0x5 6x30" },
    "15m",
    [],
  ),
  story(
    "no event for long",
    "FlowerEventsStale",
    { [of("secure_flower_last_event_timestamp_seconds", "viewer")]: "60x60" },
    "30m",
    [{ dashboard: HOST, role: "viewer" }],
  ),
  story(
    "heartbeats of an idle queue",
    "FlowerEventsStale",
    { [of("secure_flower_last_event_timestamp_seconds", "viewer")]: "0+60x60" },
    "30m",
    [],
  ),
  story("the admins' Flower is away", "FlowerMetricsMissing", { [info("viewer")]: "1x60" }, "30m", [
    { dashboard: HOST, role: "admin" },
  ]),
  story("both are there", "FlowerMetricsMissing", { [info("viewer")]: "1x60", [info("admin")]: "1x60" }, "30m", []),
];

/** The file for one story; only the alert's name and labels are compared, so the texts are taken from the rule. */
export function testFile({ alert, series, at, fires, severity }: Story, ruleFile: string): string {
  const input = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const samples = fires.map((labels) => {
    const all = { alertname: alert, alertstate: "firing", severity, ...labels };
    const text = Object.entries(all).map(([label, value]) => `${label}="${value}"`);
    return { labels: `ALERTS{${text.join(",")}}`, value: 1 };
  });
  const expression = { expr: `ALERTS{alertname="${alert}",alertstate="firing"}`, eval_time: at, exp_samples: samples };
  return stringify({
    rule_files: [ruleFile],
    evaluation_interval: "1m",
    tests: [{ interval: "1m", input_series: input, promql_expr_test: [expression] }],
  });
}
