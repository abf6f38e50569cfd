import type { Model } from "../model";
import type { CertManagerIssuer } from "./ingress";
import { dashboards } from "./dashboards";
import { MINIMUM_FLOWER_VERSION } from "./images";

const DAY = 86_400;

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

/**
 * Alerts for what fails silently. Names of hosts and dashboards hold no character that PromQL could misread: see `components/rules/grammar.ts`.
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function prometheusRuleSpec(model: Model, issuer: CertManagerIssuer): Record<string, unknown> {
  const group = { name: `secure-flower-${model.name}`, rules: alerts(model, issuer) };
  return { groups: [group] };
}

function alerts(model: Model, issuer: CertManagerIssuer): Alert[] {
  const dashboard = `dashboard="${model.viewer.host}"`;
  return [
    certificateExpires(dashboard),
    ...(issuer.issuer === undefined && issuer.clusterIssuer === undefined ? [] : [publicCertificateExpires(model)]),
    versionUntested(dashboard),
    // A made-up session or code is no log-in that the metric counts; nginx slows them.
    ...(model.oauth === undefined ? [logInsGuessed(dashboard)] : []),
    eventsStale(dashboard),
    metricsMissing(dashboard, model),
  ];
}

/** They are made for two years, all at once, and anew by the first `pulumi up` of each half-year: this is for programs that nobody runs. */
function certificateExpires(dashboard: string): Alert {
  return {
    alert: "FlowerCertificateExpires",
    expr: `secure_flower_certificate_expiry_timestamp_seconds{${dashboard}} - time() < ${30 * DAY}`,
    for: "1h",
    labels: { severity: "warning" },
    annotations: {
      summary: "The private certificates of {{ $labels.dashboard }} end within 30 days",
      description:
        "After that nobody gets in, Prometheus neither. Run `pulumi up`: it makes them anew and rolls the pod.",
    },
  };
}

/** cert-manager's own metric: the public certificates are the controller's, and not seen from the pod. */
function publicCertificateExpires({ name }: Model): Alert {
  return {
    alert: "FlowerPublicCertificateExpires",
    expr: `certmanager_certificate_expiration_timestamp_seconds{name=~"${name}-public-tls(-admin)?"} - time() < ${14 * DAY}`,
    for: "1h",
    labels: { severity: "warning" },
    annotations: {
      summary: "The public certificate {{ $labels.name }} ends within 14 days",
      description: "cert-manager has not renewed it. `kubectl describe certificate {{ $labels.name }}` says why.",
    },
  };
}

/** An older Flower does not start; a newer one does, with pages and routes that nobody has held against these controls. */
function versionUntested(dashboard: string): Alert {
  return {
    alert: "FlowerVersionUntested",
    expr: `secure_flower_info{${dashboard}, version!="${MINIMUM_FLOWER_VERSION}"} == 1`,
    for: "5m",
    labels: { severity: "info" },
    annotations: {
      summary: "{{ $labels.dashboard }} runs Flower {{ $labels.version }}",
      description: `This secure-flower was tested with ${MINIMUM_FLOWER_VERSION}: a newer Flower's new pages are refused, and its scripts may be. Use the secure-flower that names it.`,
    },
  };
}

/** A person mistypes a few times; one guesser gets twenty tries a minute past nginx, whose own refusals (429) are in its log only. */
function logInsGuessed(dashboard: string): Alert {
  return {
    alert: "FlowerLogInsGuessed",
    expr: `sum by (dashboard, role) (increase(secure_flower_wrong_log_ins_total{${dashboard}}[10m])) > 50`,
    for: "0m",
    labels: { severity: "warning" },
    annotations: {
      summary: "Somebody guesses log-ins of {{ $labels.dashboard }} ({{ $labels.role }})",
      description:
        "More than 50 wrong ones in 10 minutes. The log of the pod's nginx has the addresses, as `client` with status 401 or 429.",
    },
  };
}

/** Workers send a heartbeat every two seconds, so that an idle queue has events too. */
function eventsStale(dashboard: string): Alert {
  return {
    alert: "FlowerEventsStale",
    expr: `time() - max by (dashboard, role) (secure_flower_last_event_timestamp_seconds{${dashboard}}) > 300`,
    for: "5m",
    labels: { severity: "warning" },
    annotations: {
      summary: "{{ $labels.dashboard }} ({{ $labels.role }}) has heard of no worker for 5 minutes",
      description:
        "It shows the past. Flower does not reach the broker, or there is no worker left, or workers send no events (`-E`).",
    },
  };
}

function metricsMissing(dashboard: string, model: Model): Alert {
  const missing = dashboards(model).map(({ role }) => `absent(secure_flower_info{${dashboard}, role="${role}"})`);
  return {
    alert: "FlowerMetricsMissing",
    expr: missing.join(" or "),
    for: "15m",
    labels: { severity: "warning" },
    annotations: {
      summary: "{{ $labels.dashboard }} ({{ $labels.role }}) has no metrics",
      description: "The pod does not run, or Prometheus is not let in: no other alert of this dashboard can fire.",
    },
  };
}
