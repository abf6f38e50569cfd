import type { Dashboard, Model } from "../model";
import { dashboards } from "./dashboards";
import { type CertManagerIssuer, certManagerAnnotations, type PublicCertificates, tlsIdentity } from "./ingress";
import { SERVICE_PORT } from "./service";
import type { Labels } from "../model";

type Spec = Record<string, unknown>;

const listenerOf = ({ role }: Dashboard, scheme: "http" | "https"): string => `${scheme}-${role}`;

/**
 * A Gateway of the dashboard's own: in the Gateway API the client certificate is the whole Gateway's, and on a shared one every route could
 * send requests to the pod as the controller. https://gateway-api.sigs.k8s.io/reference/spec/#gatewaybackendtls
 *
 * @param clientTls name of the Secret with the client certificate
 */
export function gatewaySpec(model: Model, certificates: PublicCertificates, clientTls: string): Spec {
  const secret = (name: string): Spec => ({ group: "", kind: "Secret", name });
  const allowedRoutes = { namespaces: { from: "Same" } };
  return {
    gatewayClassName: model.ingress.className,
    tls: { backend: { clientCertificateRef: secret(clientTls) } },
    listeners: dashboards(model).flatMap((dashboard) => [
      {
        name: listenerOf(dashboard, "https"),
        hostname: dashboard.host,
        port: model.httpsPort,
        protocol: "HTTPS",
        tls: { mode: "Terminate", certificateRefs: [secret(certificates[dashboard.role])] },
        allowedRoutes,
      },
      {
        name: listenerOf(dashboard, "http"),
        hostname: dashboard.host,
        port: 80,
        protocol: "HTTP",
        allowedRoutes,
      },
    ]),
  };
}

/** cert-manager makes the certificates of a Gateway's listeners, where its `enableGatewayAPI` is on. https://cert-manager.io/docs/usage/gateway/ */
export function gatewayAnnotations(model: Model, issuer: CertManagerIssuer): Labels {
  return { ...model.ingress.annotations, ...certManagerAnnotations(issuer) };
}

/** One host, under the prefix, to the Service. The controls are the pod's. */
export function httpRouteSpec(model: Model, dashboard: Dashboard, gateway: string, service: string): Spec {
  return {
    parentRefs: [{ name: gateway, sectionName: listenerOf(dashboard, "https") }],
    hostnames: [dashboard.host],
    rules: [
      {
        matches: [{ path: { type: "PathPrefix", value: `/${model.urlPrefix}` } }],
        backendRefs: [{ name: service, port: SERVICE_PORT }],
      },
    ],
  };
}

/** Both hosts in plain HTTP, to the same URL in HTTPS: the hosts are those of the listeners, and none that a client names. */
export function redirectRouteSpec(model: Model, gateway: string): Spec {
  const requestRedirect = { scheme: "https", port: model.httpsPort, statusCode: 301 };
  return {
    parentRefs: dashboards(model).map((each) => ({ name: gateway, sectionName: listenerOf(each, "http") })),
    hostnames: dashboards(model).map(({ host }) => host),
    rules: [{ filters: [{ type: "RequestRedirect", requestRedirect }] }],
  };
}

/** The controller verifies the pod by our CA and name. https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/ */
export function backendTlsPolicySpec(model: Model, service: string, authority: string): Spec {
  return {
    targetRefs: [{ group: "", kind: "Service", name: service }],
    validation: {
      hostname: tlsIdentity(model.name),
      caCertificateRefs: [{ group: "", kind: "ConfigMap", name: authority }],
    },
  };
}
