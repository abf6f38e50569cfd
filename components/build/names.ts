/** Controllers that the component makes an Ingress or a Gateway for, and `none`. */
export const CONTROLLERS = ["traefik", "ingress-nginx", "haproxy", "gateway-api", "none"] as const;
/** One of `CONTROLLERS`. */
export type Controller = (typeof CONTROLLERS)[number];

/** Label by which pods, Service and policy find each other, beside the instance. */
export const NAME_LABEL = "app.kubernetes.io/name";
/** Label that tells two dashboards of a namespace apart. */
export const INSTANCE_LABEL = "app.kubernetes.io/instance";
/** Label that tells the pods of one private CA from those of another: each generation has a Service and a Deployment of its own. */
export const GENERATION_LABEL = "secure-flower/generation";
/** Labels of the pod that a user may not set. */
export const PROTECTED_LABELS: readonly string[] = [NAME_LABEL, INSTANCE_LABEL, GENERATION_LABEL];

/** Annotations of ingress-nginx that carry a control. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ */
export const INGRESS_NGINX = {
  backendProtocol: "nginx.ingress.kubernetes.io/backend-protocol",
  proxySslSecret: "nginx.ingress.kubernetes.io/proxy-ssl-secret",
  proxySslVerify: "nginx.ingress.kubernetes.io/proxy-ssl-verify",
  proxySslVerifyDepth: "nginx.ingress.kubernetes.io/proxy-ssl-verify-depth",
  proxySslName: "nginx.ingress.kubernetes.io/proxy-ssl-name",
  proxySslServerName: "nginx.ingress.kubernetes.io/proxy-ssl-server-name",
  proxySslProtocols: "nginx.ingress.kubernetes.io/proxy-ssl-protocols",
  sslRedirect: "nginx.ingress.kubernetes.io/ssl-redirect",
  forceSslRedirect: "nginx.ingress.kubernetes.io/force-ssl-redirect",
} as const;

/** Annotations of Traefik that carry a control. https://doc.traefik.io/traefik/routing/providers/kubernetes-ingress/ */
export const TRAEFIK = {
  entryPoints: "traefik.ingress.kubernetes.io/router.entrypoints",
  tls: "traefik.ingress.kubernetes.io/router.tls",
  middlewares: "traefik.ingress.kubernetes.io/router.middlewares",
  serversScheme: "traefik.ingress.kubernetes.io/service.serversscheme",
  serversTransport: "traefik.ingress.kubernetes.io/service.serverstransport",
} as const;

/** Annotations of HAProxy Ingress that carry a control. https://haproxy-ingress.github.io/docs/configuration/keys/#secure-backend */
export const HAPROXY = {
  secureBackends: "haproxy-ingress.github.io/secure-backends",
  backendProtocol: "haproxy-ingress.github.io/backend-protocol",
  secureCrtSecret: "haproxy-ingress.github.io/secure-crt-secret",
  secureVerifyCaSecret: "haproxy-ingress.github.io/secure-verify-ca-secret",
  secureSni: "haproxy-ingress.github.io/secure-sni",
  sslPassthrough: "haproxy-ingress.github.io/ssl-passthrough",
  sslRedirect: "haproxy-ingress.github.io/ssl-redirect",
} as const;

/** Annotations of cert-manager. https://cert-manager.io/docs/usage/ingress/ */
export const CERT_MANAGER = {
  issuer: "cert-manager.io/issuer",
  clusterIssuer: "cert-manager.io/cluster-issuer",
} as const;

/** How profiles were named before Kubernetes 1.30, which still heeds it. https://kubernetes.io/docs/tutorials/security/apparmor/ */
export const APPARMOR_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

/**
 * Annotations by which anything may be written into a controller's configuration, requests and their log-ins be sent elsewhere or changed on their way, or
 * pages of other sites be let read. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations-risk/
 */
export const UNDOING_ANNOTATIONS: readonly string[] = [
  ...[
    "auth-snippet",
    "configuration-snippet",
    "modsecurity-snippet",
    "server-snippet",
    "stream-snippet",
    "enable-cors",
    "mirror-host",
    "mirror-request-body",
    "mirror-target",
    "upstream-vhost",
  ].map((key) => `nginx.ingress.kubernetes.io/${key}`),
  // https://haproxy-ingress.github.io/docs/configuration/keys/#configuration-snippet
  ...[
    "config-backend",
    "config-backend-early",
    "config-backend-late",
    "config-tcp-service",
    "cors-enable",
    "headers",
  ].map((key) => `haproxy-ingress.github.io/${key}`),
];

/** Annotations of the Ingress that a user may not set: all but the entry points, whose names are the controller's. */
export const PROTECTED_ANNOTATIONS: readonly string[] = [
  ...Object.values(INGRESS_NGINX),
  ...Object.values(HAPROXY),
  ...Object.values(TRAEFIK).filter((annotation) => annotation !== TRAEFIK.entryPoints),
  ...Object.values(CERT_MANAGER),
];
