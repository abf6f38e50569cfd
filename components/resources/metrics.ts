import * as k8s from "@pulumi/kubernetes";
import { all, type Input, output, type Output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs, MetricsArgs } from "../args";
import { prometheusRuleSpec } from "../build/alerts";
import { monitorLabels, podMonitorSpec, serviceMonitorSpec } from "../build/metrics";
import type { Model } from "../model";
import { type CertificateAuthority, createCertificateAuthority, createScraperCertificate } from "./certificates";
import { type Context, metadata } from "./context";

/** Who may scrape: the CA by which the pod knows them, and the Secret with their certificate. */
export interface Scraper {
  readonly authority: CertificateAuthority;
  readonly clientTls: k8s.core.v1.Secret;
}

/** @param podAuthority by which the scraper knows the pod; `undefined` where nobody may scrape */
export function createScraper(
  context: Context,
  podAuthority: CertificateAuthority,
  metrics: MetricsArgs | undefined,
): Scraper | undefined {
  if (metrics === undefined) {
    return undefined;
  }
  const authority = createCertificateAuthority(context, "metrics");
  // The operator reads Secrets beside its monitors; a Prometheus without one mounts those of its own namespace.
  const byOperator = metrics.serviceMonitor === true || metrics.podMonitor === true;
  const namespace = byOperator
    ? undefined
    : context.model.apply(({ metrics: decided }) => decided?.namespace as string);
  return { authority, clientTls: createScraperCertificate(context, authority, podAuthority, namespace) };
}

/** The Prometheus Operator's objects that were asked for. */
export function createMonitoring(
  context: Context,
  { metrics, tls }: FlowerDashboardArgs,
  scraper: Scraper | undefined,
): void {
  if (metrics === undefined || scraper === undefined) {
    return;
  }
  const secretName = scraper.clientTls.metadata.name;
  if (metrics.serviceMonitor) {
    create(
      context,
      "ServiceMonitor",
      "metrics",
      all([context.model, secretName]).apply((known) => serviceMonitorSpec(...known)),
    );
  }
  if (metrics.podMonitor) {
    create(
      context,
      "PodMonitor",
      "metrics",
      all([context.model, secretName]).apply((known) => podMonitorSpec(...known)),
    );
  }
  if (metrics.prometheusRule) {
    const issuer = output({ issuer: tls.certManagerIssuer, clusterIssuer: tls.certManagerClusterIssuer });
    create(
      context,
      "PrometheusRule",
      "alerts",
      all([context.model, issuer]).apply((known) => prometheusRuleSpec(...known)),
    );
  }
}

function create(context: Context, kind: string, part: string, spec: Output<Record<string, unknown>>): void {
  const own = metadata(context);
  const labels = all([own.labels as Input<Record<string, string>>, context.model]).apply(
    ([ours, model]: [Record<string, string>, Model]) => ({
      ...monitorLabels(model),
      ...ours,
    }),
  );
  new k8s.apiextensions.CustomResource(
    `${context.name}-${part}`,
    { apiVersion: "monitoring.coreos.com/v1", kind, metadata: { ...own, labels }, spec },
    context.options,
  );
}
