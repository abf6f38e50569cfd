import type { types } from "@pulumi/kubernetes";
import type { Labels } from "../model";
import { generationLabels } from "./labels";
import { METRICS_PORT_NAME } from "./metrics";
import { TRAEFIK } from "./names";
import { METRICS_PORT } from "./paths";

/** Port of the Service. */
export const SERVICE_PORT = 443;

/**
 * Annotation without which `pulumi up` would look ten seconds for the Service's pods, which are made after it, and wait ten minutes for
 * an Ingress' address that many controllers never publish, then fail. The Ingress is ours to write and the controller's to serve:
 * `secure-flower verify` tells whether it does. https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
 */
export const SKIP_AWAIT: Labels = { "pulumi.com/skipAwait": "true" };

/**
 * ClusterIP and nothing else: neither a node nor a load balancer gets a port of the dashboard.
 *
 * @param authority see `generationLabels`
 * @param hasMetrics whether there is a port for metrics too
 */
export function serviceSpec(name: string, authority: string, hasMetrics: boolean): types.input.core.v1.ServiceSpec {
  return {
    type: "ClusterIP",
    selector: generationLabels(name, authority),
    ports: [
      { name: "https", port: SERVICE_PORT, targetPort: "https", protocol: "TCP" },
      ...(hasMetrics
        ? [{ name: METRICS_PORT_NAME, port: METRICS_PORT, targetPort: METRICS_PORT_NAME, protocol: "TCP" }]
        : []),
    ],
  };
}

/** How Traefik is told of mutual TLS: on the Service. @param serversTransport namespace-name@kubernetescrd */
export function traefikServiceAnnotations(serversTransport: string): Labels {
  return { [TRAEFIK.serversScheme]: "https", [TRAEFIK.serversTransport]: serversTransport };
}

/** The names by which the Service is known in the cluster. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
export function serviceDnsNames(service: string, namespace: string): string[] {
  return [
    service,
    `${service}.${namespace}`,
    `${service}.${namespace}.svc`,
    `${service}.${namespace}.svc.cluster.local`,
  ];
}
