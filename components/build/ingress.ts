import type { types } from "@pulumi/kubernetes";
import type { Labels, Model } from "../model";
import { dashboards } from "./dashboards";
import { CERT_MANAGER, HAPROXY, INGRESS_NGINX, TRAEFIK } from "./names";
import { SERVICE_PORT, SKIP_AWAIT } from "./service";

type IngressSpec = types.input.networking.v1.IngressSpec;

/** Names of the Secrets with the public certificates, by host. */
export interface PublicCertificates {
  readonly viewer: string;
  readonly admin: string;
}

/** Where cert-manager gets the public certificates from, if it does. */
export interface CertManagerIssuer {
  readonly issuer: string | undefined;
  readonly clusterIssuer: string | undefined;
}

/** Both hosts, under the one prefix, to the one Service. The controller decides nothing else. */
export function ingressSpec(model: Model, serviceName: string, certificates: PublicCertificates): IngressSpec {
  return {
    ingressClassName: model.ingress.className,
    tls: dashboards(model).map(({ role, host }) => ({ hosts: [host], secretName: certificates[role] })),
    rules: rules(model, serviceName),
  };
}

/** The same hosts in plain HTTP, for a controller that needs an Ingress of its own to redirect them. */
export function redirectIngressSpec(model: Model, serviceName: string): IngressSpec {
  return { ingressClassName: model.ingress.className, rules: rules(model, serviceName) };
}

function rules(model: Model, serviceName: string): types.input.networking.v1.IngressRule[] {
  const backend = { service: { name: serviceName, port: { number: SERVICE_PORT } } };
  return dashboards(model).map(({ host }) => ({
    host,
    http: { paths: [{ path: `/${model.urlPrefix}`, pathType: "Prefix", backend }] },
  }));
}

/** @param clientTls namespace/name of the Secret with the client certificate and the CA */
export function ingressNginxAnnotations(model: Model, clientTls: string, issuer: CertManagerIssuer): Labels {
  return {
    ...model.ingress.annotations,
    ...SKIP_AWAIT,
    ...certManagerAnnotations(issuer),
    [INGRESS_NGINX.backendProtocol]: "HTTPS",
    [INGRESS_NGINX.proxySslSecret]: clientTls,
    [INGRESS_NGINX.proxySslVerify]: "on",
    [INGRESS_NGINX.proxySslVerifyDepth]: "1",
    [INGRESS_NGINX.proxySslName]: tlsIdentity(model.name),
    [INGRESS_NGINX.proxySslServerName]: "on",
    [INGRESS_NGINX.proxySslProtocols]: "TLSv1.2 TLSv1.3",
    [INGRESS_NGINX.sslRedirect]: "true",
    [INGRESS_NGINX.forceSslRedirect]: "true",
  };
}

/**
 * HAProxy verifies the pod by our CA, and by the name that it also sends (SNI). The other HAProxy controller, haproxytech's, has no annotation for the name.
 *
 * @param clientTls name of the Secret with the client certificate and the CA, in the Ingress' namespace
 */
export function haproxyAnnotations(model: Model, clientTls: string, issuer: CertManagerIssuer): Labels {
  return {
    ...model.ingress.annotations,
    ...SKIP_AWAIT,
    ...certManagerAnnotations(issuer),
    [HAPROXY.secureBackends]: "true",
    [HAPROXY.backendProtocol]: "h1",
    [HAPROXY.secureCrtSecret]: clientTls,
    [HAPROXY.secureVerifyCaSecret]: clientTls,
    [HAPROXY.secureSni]: tlsIdentity(model.name),
    [HAPROXY.sslPassthrough]: "false",
    [HAPROXY.sslRedirect]: "true",
  };
}

/** Traefik's chart calls its entry points `web` and `websecure`; `ingress.annotations` can name others. */
export function traefikAnnotations(model: Model, issuer: CertManagerIssuer): Labels {
  return {
    [TRAEFIK.entryPoints]: "websecure",
    ...model.ingress.annotations,
    ...SKIP_AWAIT,
    ...certManagerAnnotations(issuer),
    [TRAEFIK.tls]: "true",
  };
}

/** @param middleware namespace-name@kubernetescrd of the Middleware that redirects */
export function traefikRedirectAnnotations(middleware: string): Labels {
  return { ...SKIP_AWAIT, [TRAEFIK.entryPoints]: "web", [TRAEFIK.middlewares]: middleware };
}

/** Traefik verifies the pod by our CA and name, and shows the client certificate. https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/serverstransport/ */
export function serversTransportSpec(name: string, clientTls: string): Record<string, unknown> {
  return { serverName: tlsIdentity(name), rootCAs: [{ secret: clientTls }], certificatesSecrets: [clientTls] };
}

/** To the same URL in HTTPS, permanently. https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/redirectscheme/ */
export function redirectSchemeSpec({ httpsPort }: Model): Record<string, unknown> {
  return { redirectScheme: { scheme: "https", permanent: true, port: String(httpsPort) } };
}

/** The name that the pod's certificate bears for the controllers: it does not depend on the Service's, which is known only once it is made. */
export function tlsIdentity(name: string): string {
  return `${name}.flower.internal`;
}

/** By which cert-manager makes the certificates of an Ingress or a Gateway. */
export function certManagerAnnotations({ issuer, clusterIssuer }: CertManagerIssuer): Labels {
  return {
    ...(issuer === undefined ? {} : { [CERT_MANAGER.issuer]: issuer }),
    ...(clusterIssuer === undefined ? {} : { [CERT_MANAGER.clusterIssuer]: clusterIssuer }),
  };
}
