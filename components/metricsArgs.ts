import type { Input } from "@pulumi/pulumi";

/**
 * Metrics for Prometheus, on port 9090 of the pod and of the Service, by mutual TLS: `/metrics`, and with admins `/metrics/admin` for the numbers of their process. The
 * scraper has a certificate of its own, by a private CA of its own, in the Secret named by the output `metricsClientCertificateSecretName`: it opens nothing but this port,
 * and the controller's does not open this port. Metrics show the names of tasks and workers. https://flower.readthedocs.io/en/latest/prometheus-integration.html
 */
export interface MetricsArgs {
  /** Namespace of the Prometheus that may scrape. */
  namespace: Input<string>;
  /** Labels of its pods, for the network policy; at least one. Defaults to `app.kubernetes.io/name: prometheus`. */
  podLabels?: Input<Record<string, Input<string>>>;
  /**
   * `true`: a ServiceMonitor for the Prometheus Operator, in the dashboard's namespace, and the certificate's Secret beside it. Without it and `podMonitor` the Secret is in
   * the scraper's namespace, for a Prometheus that mounts it. https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ServiceMonitor
   */
  serviceMonitor?: boolean;
  /** `true`: a PodMonitor instead. https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMonitor */
  podMonitor?: boolean;
  /**
   * `true`: a PrometheusRule with alerts for what fails silently: a certificate that ends, a Flower that was not tested, guessed log-ins, events that stay away, metrics
   * that stay away. https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
   */
  prometheusRule?: boolean;
  /** Labels of these objects, by which a Prometheus chooses them, for example `release: kube-prometheus-stack`. */
  labels?: Input<Record<string, Input<string>>>;
}
