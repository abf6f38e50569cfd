import type { types } from "@pulumi/kubernetes";
import type { Dashboard, Labels, Model } from "../model";
import { dashboards } from "./dashboards";
import { tlsIdentity } from "./ingress";
import { selectorLabels } from "./labels";
import { MOUNTS } from "./paths";
import { VOLUMES } from "./volumes";

/** Name of the port, in the pod and in the Service. */
export const METRICS_PORT_NAME = "metrics";

/** Key in the Secret of the pod's certificate: the CA of those who may scrape. */
export const METRICS_CA_KEY = "metrics-ca.crt";

/** Where a process' numbers are, on port 9090. Flower's own are the viewers': both processes see the same events. */
export function metricsPath({ role }: Dashboard): string {
  return role === "viewer" ? "/metrics" : `/metrics/${role}`;
}

/** What metrics.py measures and how it names it. The host tells dashboards apart, also those of several clusters. */
export function metricsEnvironment({ metrics, name, viewer }: Model, { role }: Dashboard): Record<string, string> {
  return metrics === undefined
    ? {}
    : {
        METRICS_DASHBOARD: viewer.host,
        METRICS_ROLE: role,
        ...(role === "viewer"
          ? { METRICS_CA_FILE: `${MOUNTS.serverCa}/ca.crt`, METRICS_TLS_NAME: tlsIdentity(name) }
          : {}),
      };
}

/** The viewers' process asks nginx for its certificate, and knows by the CA that it is ours. */
export function metricsMounts({ metrics }: Model, { role }: Dashboard): types.input.core.v1.VolumeMount[] {
  return metrics === undefined || role !== "viewer"
    ? []
    : [{ name: VOLUMES.serverCa, mountPath: MOUNTS.serverCa, readOnly: true }];
}

/** The CA alone: the certificate's key is nginx' only. */
export function metricsVolumes({ metrics }: Model, secretName: string): types.input.core.v1.Volume[] {
  const items = [{ key: "ca.crt", path: "ca.crt" }];
  return metrics === undefined ? [] : [{ name: VOLUMES.serverCa, secret: { secretName, items, defaultMode: 0o440 } }];
}

/** How the Prometheus Operator scrapes: one endpoint a process. `process` keeps the two apart, which have one address. */
function endpoints(model: Model, clientTls: string): readonly Record<string, unknown>[] {
  const key = (name: string) => ({ name: clientTls, key: name });
  const tlsConfig = {
    serverName: tlsIdentity(model.name),
    ca: { secret: key("ca.crt") },
    cert: { secret: key("tls.crt") },
    keySecret: key("tls.key"),
  };
  return dashboards(model).map((dashboard) => ({
    port: METRICS_PORT_NAME,
    path: metricsPath(dashboard),
    scheme: "https",
    tlsConfig,
    relabelings: [{ action: "replace", targetLabel: "process", replacement: dashboard.role }],
  }));
}

/** @param clientTls name of the Secret with the scraper's certificate */
export function serviceMonitorSpec(model: Model, clientTls: string): Record<string, unknown> {
  return { selector: { matchLabels: selectorLabels(model.name) }, endpoints: endpoints(model, clientTls) };
}

/** @param clientTls name of the Secret with the scraper's certificate */
export function podMonitorSpec(model: Model, clientTls: string): Record<string, unknown> {
  return { selector: { matchLabels: selectorLabels(model.name) }, podMetricsEndpoints: endpoints(model, clientTls) };
}

/** Labels of the monitors and rules: the user's, by which a Prometheus finds them, beside ours. */
export function monitorLabels({ metrics }: Model): Labels {
  return metrics?.labels ?? {};
}
