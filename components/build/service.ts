import type { types } from "@pulumi/kubernetes";
import type { Labels } from "../model";
import { selectorLabels } from "./labels";
import { TRAEFIK } from "./names";

/** Port of the Service. */
export const SERVICE_PORT = 443;

/** ClusterIP and nothing else: neither a node nor a load balancer gets a port of the dashboard. */
export function serviceSpec(name: string): types.input.core.v1.ServiceSpec {
  return {
    type: "ClusterIP",
    selector: selectorLabels(name),
    ports: [{ name: "https", port: SERVICE_PORT, targetPort: "https", protocol: "TCP" }],
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
