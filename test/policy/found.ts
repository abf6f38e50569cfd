import type { RuleId } from "../../policy/index";

/** What other projects ship, and the rules that each breaks: no more and no fewer. */
export const FOUND: Readonly<Record<string, readonly RuleId[]>> = {
  "found/airflow-official-chart.yaml": [
    ...(["loopback", "authentication", "tls", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/airflow-community-chart.yaml": [
    ...(["loopback", "cluster-ip", "authentication", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/onlinejudge-chart.yaml": [
    ...(["loopback", "authentication", "secrets", "tls", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/superset-operator.yaml": [
    ...(["loopback", "authentication", "secrets", "tls", "read-only", "isolation"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  // It has a log-in, as weak and as public as it is.
  "found/just-to-check-something.yaml": [
    ...(["loopback", "cluster-ip", "secrets", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
  "found/guide-oauth.yaml": [
    ...([
      "authentication-pattern",
      "secrets",
      "read-only",
      "isolation",
      "version",
      "version-digest",
      "persistence",
    ] as const),
  ],
  "found/django-worker-settings.yaml": [
    ...(["loopback", "authentication", "secrets-config-map", "read-only", "isolation", "pod"] as const),
    ...(["pod-hardening", "version", "version-digest"] as const),
  ],
};
