import { beside, NAMESPACE, object, type Change } from "./change";

const LOG_IN = "Basic YW5hOndvbmRlcmxhbmQ=";
const BACKEND = { service: { name: "flower", port: { number: 443 } } };

/** An annotation of the Ingress. */
function annotated(what: string, annotations: Readonly<Record<string, string>>, more: Partial<Change> = {}): Change {
  return { what, kind: "Ingress", path: ["metadata", "annotations"], value: annotations, ...more };
}

const GATEWAY_API = "gateway.networking.k8s.io/v1";
const TRAEFIK = "traefik.io/v1alpha1";

function gatewayRoute(filters: readonly object[], backendFilters: readonly object[] = []): readonly object[] {
  const rules = [{ filters, backendRefs: [{ name: "flower", port: 443, filters: backendFilters }] }];
  const listener = { name: "https", protocol: "HTTPS", port: 443, tls: { certificateRefs: [{ name: "queues-tls" }] } };
  return [
    object(GATEWAY_API, "HTTPRoute", "queues", { parentRefs: [{ name: "edge" }], rules }),
    object(GATEWAY_API, "Gateway", "edge", { listeners: [listener] }),
  ];
}

const modifier = (headers: object): object => ({
  type: "RequestHeaderModifier",
  requestHeaderModifier: headers,
});

function middleware(name: string, spec: object): object {
  return object(TRAEFIK, "Middleware", name, spec);
}

const LOGS_IN = middleware("logs-in", { headers: { customRequestHeaders: { Authorization: LOG_IN } } });

function ingressRoute(route: object, more: object = { tls: {} }): object {
  const service = { name: "flower", port: 443 };
  return object(TRAEFIK, "IngressRoute", "queues", { routes: [{ services: [service], ...route }], ...more });
}

function httpProxy(spec: object): object {
  return object("projectcontour.io/v1", "HTTPProxy", "queues", spec);
}

const FLOWER_SERVICES = { services: [{ name: "flower", port: 443 }] };

export const ROUTE_CREDENTIALS: readonly Change[] = [
  annotated(
    "a log-in in nginx' configuration",
    { "nginx.ingress.kubernetes.io/configuration-snippet": `proxy_set_header Authorization "${LOG_IN}";` },
    { says: /configuration-snippet holds an Authorization header/ },
  ),
  beside("a header that a filter sets", gatewayRoute([modifier({ set: [{ name: "Authorization", value: LOG_IN }] })]), {
    says: /the header Authorization .* holds/,
  }),
  beside(
    "a header that a backend's filter adds",
    gatewayRoute([], [modifier({ add: [{ name: "X-Api-Key", value: "9fK2mQ8xLw4ZrT7pVb3N" }] })]),
    { says: /X-Api-Key/ },
  ),
  beside(
    "a log-in of a scheme of one's own",
    gatewayRoute([modifier({ set: [{ name: "authorization", value: "x" }] })]),
  ),
  beside("a Middleware of an IngressRoute", [ingressRoute({ middlewares: [{ name: "logs-in" }] }), LOGS_IN], {
    says: /Authorization/,
  }),
  beside("a Middleware within a chain", [
    ingressRoute({ middlewares: [{ name: "chain" }] }),
    middleware("chain", { chain: { middlewares: [{ name: "logs-in" }, { name: "chain" }] } }),
    LOGS_IN,
  ]),
  annotated(
    "a Middleware of the Ingress",
    { "traefik.ingress.kubernetes.io/router.middlewares": "tools-other@kubernetescrd,tools-logs-in@kubernetescrd" },
    { adds: [LOGS_IN] },
  ),
  beside("a Middleware of a route of the Gateway API", [
    ...gatewayRoute([
      { type: "ExtensionRef", extensionRef: { group: "traefik.io", kind: "Middleware", name: "logs-in" } },
    ]),
    LOGS_IN,
  ]),
  beside("a header that Contour sets", [
    httpProxy({
      virtualhost: { fqdn: "q.example.com", tls: { secretName: "queues-tls" } },
      routes: [{ ...FLOWER_SERVICES, requestHeadersPolicy: { set: [{ name: "Authorization", value: LOG_IN }] } }],
    }),
  ]),
  beside("a Middleware that no route to Flower names", [LOGS_IN], { keeps: true }),
  beside(
    "a Middleware that takes log-ins out",
    [
      ingressRoute({ middlewares: [{ name: "out" }, { name: "elsewhere" }] }),
      middleware("out", { headers: { customRequestHeaders: { Authorization: "", "X-Script-Name": "/flower" } } }),
    ],
    { keeps: true },
  ),
  annotated(
    "the name of a Secret",
    { "nginx.ingress.kubernetes.io/auth-tls-secret": "tools/queues-ca-20261128x" },
    { keeps: true },
  ),
];

function alias(name: string, namespace: string, externalName: string): object {
  return object("v1", "Service", name, { type: "ExternalName", externalName }, namespace);
}

function plainIngress(service: string, namespace: string): object {
  const backend = { service: { name: service, port: { number: 443 } } };
  return object(
    "networking.k8s.io/v1",
    "Ingress",
    "queues",
    { rules: [{ http: { paths: [{ backend }] } }] },
    namespace,
  );
}

const ALB = "alb.ingress.kubernetes.io";
const GOOGLE = { "networking.gke.io/managed-certificates": "queues" };
const FRONTEND = object("networking.gke.io/v1beta1", "FrontendConfig", "https", { redirectToHttps: { enabled: true } });

export const ROUTE_TLS: readonly Change[] = [
  {
    what: "a default backend that no certificate covers",
    kind: "Ingress",
    path: ["spec", "defaultBackend"],
    value: BACKEND,
    says: /a rule without a host/,
  },
  {
    what: "a default backend with the controller's certificate",
    kind: "Ingress",
    path: ["spec"],
    value: { defaultBackend: BACKEND, tls: [{ secretName: "queues-tls" }] },
    keeps: true,
  },
  annotated(
    "plain HTTP beside a load balancer's certificate",
    { [`${ALB}/certificate-arn`]: "arn:x", [`${ALB}/listen-ports`]: '[{"HTTP": 80}, {"HTTPS": 443}]' },
    { says: /listen-ports has HTTP/ },
  ),
  annotated(
    "plain HTTP that a load balancer redirects",
    {
      [`${ALB}/certificate-arn`]: "arn:x",
      [`${ALB}/listen-ports`]: '[{"HTTP": 80}, {"HTTPS": 443}]',
      [`${ALB}/ssl-redirect`]: "443",
    },
    { keeps: true },
  ),
  annotated("Google's load balancer, which serves plain HTTP too", GOOGLE, { says: /allow-http is not "false"/ }),
  annotated(
    "Google's load balancer without plain HTTP",
    { ...GOOGLE, "kubernetes.io/ingress.allow-http": "false" },
    {
      keeps: true,
    },
  ),
  annotated(
    "Google's load balancer that redirects",
    { ...GOOGLE, "networking.gke.io/v1beta1.FrontendConfig": "https" },
    { adds: [FRONTEND], keeps: true },
  ),
  annotated("the redirect turned off in capitals", { "nginx.ingress.kubernetes.io/ssl-redirect": "False" }),
  beside(
    "Contour's TCP without TLS",
    [httpProxy({ virtualhost: { fqdn: "q.example.com" }, tcpproxy: FLOWER_SERVICES })],
    {
      says: /virtualhost\.tls/,
    },
  ),
  beside(
    "Contour's plain HTTP beside TLS",
    [
      httpProxy({
        virtualhost: { fqdn: "q.example.com", tls: { secretName: "queues-tls" } },
        routes: [{ ...FLOWER_SERVICES, permitInsecure: true }],
      }),
    ],
    { says: /permitInsecure/ },
  ),
  beside("a TraefikService between route and Flower", [
    ingressRoute({ services: [{ name: "shared", kind: "TraefikService" }] }, {}),
    object(TRAEFIK, "TraefikService", "shared", {
      weighted: { services: [{ name: "mirrored", kind: "TraefikService" }] },
    }),
    object(TRAEFIK, "TraefikService", "mirrored", { mirroring: { name: "web", mirrors: [{ name: "flower" }] } }),
  ]),
  beside(
    "Traefik's own dashboard in the clear",
    [ingressRoute({ services: [{ name: "api@internal", kind: "TraefikService" }] }, {})],
    { keeps: true },
  ),
  beside("another name of its Service, in another namespace", [
    alias("queues", "edge", "flower.tools.svc.cluster.local"),
    plainIngress("queues", "edge"),
  ]),
  beside(
    "names of Services that lead to each other, and not to Flower",
    [alias("a", NAMESPACE, "b.tools.svc"), alias("b", NAMESPACE, "a.tools.svc"), plainIngress("a", NAMESPACE)],
    { keeps: true },
  ),
];
