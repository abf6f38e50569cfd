import type { Input } from "@pulumi/pulumi";
import type { MetricsArgs } from "./metricsArgs";
import type { OAuthArgs } from "./oauthArgs";
import type { PersistenceArgs } from "./persistenceArgs";

export type { MetricsArgs } from "./metricsArgs";
export type { PersistenceArgs } from "./persistenceArgs";

/**
 * Arguments of `FlowerDashboard`. What decides *which* objects exist (users, roles, the controller, the source of a certificate) is plain; every other
 * value is an `Input` and may come from another resource. Every broken rule is reported at once, by property path, when
 * the program runs: see `components/rules`.
 */
export interface FlowerDashboardArgs {
  /** Public DNS name of the read-only dashboard, for example `queues.example.com`. Lower case, no scheme, no port. */
  host: Input<string>;
  /**
   * Path under which both dashboards live, without slashes at its ends. One value feeds Flower (`url_prefix`), nginx, the Ingress and the redirect URIs of
   * `auth.oauth`. Defaults to `flower`. https://flower.readthedocs.io/en/latest/config.html#url-prefix
   */
  urlPrefix?: string;
  /**
   * Kubernetes namespace of every object. Defaults to the namespace of the Kubernetes provider. It must exist. A provider with `renderYamlToDirectory`
   * has no default: there it has to be written, here or in the provider's `namespace`.
   */
  namespace?: Input<string>;
  /** The Celery broker whose queue is shown. */
  broker: BrokerArgs;
  /** Who may log in, and how. */
  auth: AuthArgs;
  /** The admin dashboard. Required when there are admins, refused when there are none. */
  admin?: AdminArgs;
  /**
   * CIDR ranges from which the read-only dashboard may be opened. Defaults to the private ranges `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16`
   * and `fc00::/7`; write `["0.0.0.0/0", "::/0"]` to open it to every address. The address that counts is the last entry of X-Forwarded-For, written by the
   * ingress controller. Behind a load balancer with `externalTrafficPolicy: Cluster` the controller itself sees a node's address
   * instead of the client's: use `Local` or the PROXY protocol.
   * https://kubernetes.io/docs/tutorials/services/source-ip/
   */
  allowedSourceRanges?: Input<Input<string>[]>;
  /**
   * CIDR ranges of proxies in front of the ingress controller (a CDN, a load balancer that speaks HTTP) whose X-Forwarded-For entries are believed.
   * Up to four of them in a row. Defaults to none. Never list a range from which users come: they could then forge their address.
   */
  trustedProxyRanges?: Input<Input<string>[]>;
  /** Where the public certificate comes from: exactly one member. */
  tls: TlsArgs;
  /** The ingress controller that carries the requests. */
  ingress: IngressArgs;
  /** Who else may connect to and from the pod. */
  networkPolicy?: NetworkPolicyArgs;
  /** A volume on which the history of tasks outlives the pod. Defaults to none: it is in memory only. */
  persistence?: PersistenceArgs;
  /** Who may scrape metrics. Defaults to nobody: /metrics is closed. */
  metrics?: MetricsArgs;
  /** Flower's image, resources and behaviour, for both processes. */
  flower?: FlowerArgs;
  /** nginx' image and resources. */
  nginx?: NginxArgs;
  /** Cross-cutting wishes for the pod. */
  pod?: PodArgs;
  /**
   * A number or a word. Changing it gives every generated credential (passwords, cookie secrets, keys, certificates) a new value and rolls the pod. Change it
   * too after you have changed a Secret of your own, since a pod does not notice that by itself. At most 63 of `A-Z a-z 0-9 . _ -`.
   */
  // A union of number and string cannot be described in a Pulumi schema; a rule checks the type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  rotation?: any;
}

/** The Celery broker: exactly one of `url` and `urlSecret`. */
export interface BrokerArgs {
  /**
   * Broker URL with its credentials, treated as a secret, for example `rediss://:YOUR-PASSWORD@redis.example.com:6380/0`. Schemes: redis, rediss, amqp, amqps; several
   * of one scheme, joined by `;`, for failover. TLS is always verified: against the system's CAs, or `caSecret`.
   * https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-url
   */
  url?: Input<string>;
  /** A key of a Secret that exists, holding the broker URL. */
  urlSecret?: SecretKeyArgs;
  /** Name of a Secret that exists whose key `ca.crt` is the CA of a broker that speaks TLS (`rediss`, `amqps`). */
  caSecret?: Input<string>;
  /** Name of a Secret that exists, of type `kubernetes.io/tls`, with the client certificate for a broker that asks for one. Needs `caSecret`. */
  clientCertSecret?: Input<string>;
  /**
   * RabbitMQ's management API with its credentials, treated as a secret, for example `https://user:YOUR-PASSWORD@rabbitmq.example.com:15671/api/`: shows queue lengths.
   * Verified as the broker is, by `caSecret` too; beside an `amqps://` broker it must be `https://`, or the pod does not start. Without it no API is asked, and RabbitMQ's
   * queues are not shown. https://flower.readthedocs.io/en/latest/config.html#broker-api
   */
  managementApiUrl?: Input<string>;
  /**
   * Where the broker is, for the egress policy. Defaults to the pods of the dashboard's own namespace on the ports 6379, 6380, 5671 and 5672:
   * name the peers when the broker is anywhere else, or Flower cannot reach it.
   */
  peers?: NetworkPeerArgs[];
}

/** One key of a Secret that exists in the dashboard's namespace. */
export interface SecretKeyArgs {
  /** Name of the Secret. */
  name: Input<string>;
  /** Key in it. */
  key: Input<string>;
}

/** Ways to log in: exactly one of `basic` and `oauth`. */
export interface AuthArgs {
  /** HTTP basic authentication by Flower. https://flower.readthedocs.io/en/latest/auth.html#http-basic-authentication */
  basic?: BasicAuthArgs;
  /** Sign-in with an identity provider: Google, GitHub, GitLab or Okta. No shared password, and who is locked out there is locked out here. */
  oauth?: OAuthArgs;
}

/** Users by name, or Secrets of users that exist: one or the other. */
export interface BasicAuthArgs {
  /** Names of users who may look. A password of 32 characters is generated for each. Letters, digits, `.`, `_` and `-`: a name is a Secret's key. */
  viewers?: string[];
  /** Names of users who may also revoke, terminate and rate-limit, on a host of their own (`admin`). */
  admins?: string[];
  /** Secrets that exist, in which each key is a user and each value a password (at least 12 ASCII characters, no comma, no space). */
  existingSecrets?: ExistingSecretsArgs;
}

/** Names of Secrets of users, by role. */
export interface ExistingSecretsArgs {
  /** Name of the Secret of the viewers. */
  viewer: Input<string>;
  /** Name of the Secret of the admins; needs `admin`. */
  admin?: Input<string>;
}

/** The admin dashboard: a second Flower process on a second host name, since two roles on one origin could act for each other. */
export interface AdminArgs {
  /** Public DNS name of the admin dashboard. Must differ from `host`. */
  host: Input<string>;
  /** CIDR ranges from which it may be opened: at least one, and tighter than the viewers': one of everybody, larger than a /8, is refused. */
  allowedSourceRanges: Input<Input<string>[]>;
}

/** Source of the public certificate: exactly one member. */
export interface TlsArgs {
  /** Name of a Secret that exists, of type `kubernetes.io/tls`, with a certificate for `host` (and `admin.host`, unless `adminSecretName` is given). */
  secretName?: Input<string>;
  /** Name of a Secret with the certificate for `admin.host`. Only with `secretName`; defaults to the same. */
  adminSecretName?: Input<string>;
  /** Name of a cert-manager `Issuer` in the dashboard's namespace. https://cert-manager.io/docs/usage/ingress/ */
  certManagerIssuer?: Input<string>;
  /** Name of a cert-manager `ClusterIssuer`. */
  certManagerClusterIssuer?: Input<string>;
  /** `true`: a certificate that no browser trusts by itself; for trials. */
  selfSigned?: boolean;
}

/** The ingress controller. */
export interface IngressArgs {
  /**
   * `traefik` (an Ingress with ServersTransport and Middleware), `ingress-nginx` (an Ingress with its proxy-ssl annotations), `haproxy` (an Ingress with the secure-backend annotations of
   * HAProxy Ingress, https://haproxy-ingress.github.io; the controller of haproxytech cannot verify the pod's name), `gateway-api` (a Gateway of the dashboard's own with
   * HTTPRoutes and a BackendTLSPolicy, for a GatewayClass of Gateway API 1.5 that supports `GatewayBackendClientCertificate`) or `none`: no Ingress, you bring your own proxy, which connects to the Service by TLS with the certificate in the Secret named by the output `clientCertificateSecretName`.
   */
  controller: string;
  /** `ingressClassName` of the Ingress, or with `gateway-api` the GatewayClass, which has no default. Defaults to `traefik`, `nginx` or `haproxy`, by controller. */
  className?: Input<string>;
  /** Namespace of the controller's pods, for the network policy. Defaults to `traefik`, `ingress-nginx` or `ingress-controller`, by controller; required with `gateway-api` and `none`. */
  namespace?: Input<string>;
  /** Labels of the controller's pods, for the network policy. Defaults to `app.kubernetes.io/name: traefik`, `ingress-nginx` or `haproxy-ingress`; with `gateway-api` and `none`, to every pod of the namespace. At least one. */
  podLabels?: Input<Record<string, Input<string>>>;
  /** Further annotations of the Ingress or Gateway. Those that carry a control, or could undo one (snippets, mirrors, CORS), are refused. */
  annotations?: Input<Record<string, Input<string>>>;
  /** Public HTTPS port of the controller. Defaults to 443. Part of the URLs and of the origin that may send requests. */
  httpsPort?: number;
}

/** Exceptions from the network policy, which admits the controller only, and lets out to DNS, the broker and, with `auth.oauth`, the identity provider only. */
export interface NetworkPolicyArgs {
  /** `true`: no NetworkPolicy is made, because the cluster has one of its own. Refused together with the other members. */
  disabled?: boolean;
  /** Further peers that may connect to port 8443; they still need the client certificate. A controller on the host network is a `cidr` here. One of everybody, larger than a /8, is refused. */
  ingress?: NetworkPeerArgs[];
  /** Further peers to which the pod may connect. */
  egress?: NetworkPeerArgs[];
  /** The cluster's DNS servers. Defaults to the pods `k8s-app: kube-dns` of `kube-system` and to `169.254.20.10/32` (NodeLocal DNSCache), port 53. */
  dns?: NetworkPeerArgs[];
}

/** A peer of the network policy: a `cidr`, or pods chosen by namespace and labels. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export interface NetworkPeerArgs {
  /** Addresses outside the cluster, for example `10.1.2.3/32`. Not together with the selectors. */
  cidr?: Input<string>;
  /** CIDR ranges inside `cidr` that stay closed. */
  except?: Input<Input<string>[]>;
  /** Name of a namespace (its label `kubernetes.io/metadata.name`). Defaults to the dashboard's own when `podLabels` is given alone. */
  namespace?: Input<string>;
  /** Labels of the namespaces, instead of a name. At least one. */
  namespaceLabels?: Input<Record<string, Input<string>>>;
  /** Labels of the pods, at least one. Defaults to every pod of the namespace. */
  podLabels?: Input<Record<string, Input<string>>>;
  /**
   * Ports of the pods (not of their Service), TCP; for `dns` UDP too. Not for `networkPolicy.ingress`. Defaults: `broker.peers` 6379, 6380, 5671, 5672; `auth.oauth.peers` the
   * provider's port; `dns` 53; `egress` every port, which a `cidr` of everybody must not have.
   */
  ports?: Input<Input<number>[]>;
}

/** Flower itself. */
export interface FlowerArgs {
  /**
   * Image with Flower 2.2.0 or newer; best an own build of `image/Dockerfile`, named by digest. Defaults to `docker.io/mher/flower:2.2.0`. An older Flower
   * ignores the read-only setting, so the pod refuses to start with one, whatever its tag says.
   */
  image?: Input<string>;
  /** Kubernetes `imagePullPolicy`: `Always`, `IfNotPresent` or `Never`. Defaults to that of the cluster. */
  imagePullPolicy?: Input<string>;
  /** Requests and limits of each Flower process. Default to figures measured with `maxTasks` tasks. */
  resources?: ResourcesArgs;
  /** Tasks kept in memory. Defaults to 10,000, about 66 MB. https://flower.readthedocs.io/en/latest/config.html#max-tasks */
  maxTasks?: number;
  /** Seconds after which an offline worker leaves the list. Defaults to never. https://flower.readthedocs.io/en/latest/config.html#purge-offline-workers */
  purgeOfflineWorkers?: number;
  /** Milliseconds to wait for a worker's answer. Defaults to 1000. https://flower.readthedocs.io/en/latest/config.html#inspect-timeout */
  inspectTimeout?: number;
  /** `true`: times as "2 minutes ago". Defaults to false. https://flower.readthedocs.io/en/latest/config.html#natural-time */
  naturalTime?: boolean;
  /** Columns of the Tasks page, in order. Defaults to Flower's. https://flower.readthedocs.io/en/latest/config.html#tasks-columns */
  tasksColumns?: string[];
  /**
   * `true`: arguments, results, exceptions and tracebacks of tasks are taken away where they come into Flower, for both roles, so that no page, API, search or saved
   * history has them; `[redacted]` stands there instead. Names, times and states stay. Defaults to false.
   */
  redactTaskArguments?: boolean;
}

/** nginx in front of Flower, in the same pod. */
export interface NginxArgs {
  /** Image with nginx 1.22 or newer that has gzip_static, such as the default `docker.io/nginxinc/nginx-unprivileged:1.30-alpine`. */
  image?: Input<string>;
  /** Kubernetes `imagePullPolicy`: `Always`, `IfNotPresent` or `Never`. Defaults to that of the cluster. */
  imagePullPolicy?: Input<string>;
  /** Requests and limits of nginx. Default to measured figures. */
  resources?: ResourcesArgs;
  /** `true`: listen on IPv6 too. Defaults to false, since a node with IPv6 switched off refuses the socket. */
  ipv6?: boolean;
}

/** Requests and limits, by resource name, as Kubernetes quantities. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export interface ResourcesArgs {
  /** For example `{ cpu: "50m", memory: "128Mi" }`. */
  requests?: Input<Record<string, Input<string>>>;
  /** For example `{ memory: "256Mi" }`. */
  limits?: Input<Record<string, Input<string>>>;
}

/** Cross-cutting wishes, passed on to the pod unchanged. Where they run out, Pulumi's resource transforms go on. */
export interface PodArgs {
  /** Further labels of the pod. The component's own cannot be overridden. */
  labels?: Input<Record<string, Input<string>>>;
  /** Further annotations of the pod. */
  annotations?: Input<Record<string, Input<string>>>;
  /** Labels of the nodes that may run it. */
  nodeSelector?: Input<Record<string, Input<string>>>;
  /** Taints that it tolerates. */
  tolerations?: TolerationArgs[];
  /** Kubernetes `affinity`, as in a pod's manifest. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ */
  // The type of Kubernetes' affinity would copy whole type trees into our schema.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  affinity?: any;
  /** Names of the Secrets with which the images are pulled. */
  imagePullSecrets?: Input<string>[];
  /** Name of a PriorityClass. */
  priorityClassName?: Input<string>;
  /** Name of a RuntimeClass. */
  runtimeClassName?: Input<string>;
}

/** A taint that the pod tolerates. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export interface TolerationArgs {
  /** Key of the taint. */
  key?: Input<string>;
  /** `Equal` or `Exists`. */
  operator?: Input<string>;
  /** Value of the taint. */
  value?: Input<string>;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. */
  effect?: Input<string>;
  /** Seconds to stay after a `NoExecute` taint has appeared. */
  tolerationSeconds?: Input<number>;
}
