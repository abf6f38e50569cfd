import type { Unwrap } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "./args";
import { type OAuth, resolveOAuth } from "./oauthModel";
import type { Controller } from "./build/names";
import { FLOWER_IMAGE, flowerResources, NGINX_IMAGE, nginxResources } from "./build/images";
import { canonicalCidr } from "./rules/grammar";

/** Who a Flower process serves. */
export type Role = "viewer" | "admin";

/** One of the two dashboards: its public name, its Flower process and who may open it. */
export interface Dashboard {
  readonly role: Role;
  readonly host: string;
  /** Port of its Flower process on 127.0.0.1. */
  readonly port: number;
  readonly allowedSourceRanges: readonly string[];
}

/** A peer of the network policy. */
export interface Peer {
  readonly cidr: string | undefined;
  readonly except: readonly string[];
  readonly namespaceLabels: Labels | undefined;
  readonly podLabels: Labels | undefined;
  /** Pod ports; empty means every TCP port, and goes out only to a peer of `networkPolicy.egress`. */
  readonly ports: readonly number[];
}

/** Labels or annotations. */
export type Labels = Readonly<Record<string, string>>;

/** Requests and limits as Kubernetes quantities. */
export interface Resources {
  readonly requests: Labels;
  readonly limits: Labels;
}

/** An image and how it is pulled and bounded. */
export interface ContainerModel {
  readonly image: string;
  readonly imagePullPolicy: string | undefined;
  readonly resources: Resources;
}

/** What was decided: no Input, no optional member left to interpret. A member that can be absent is required and may be `undefined`. */
export interface Model {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly urlPrefix: string;
  readonly httpsPort: number;
  readonly viewer: Dashboard;
  readonly admin: Dashboard | undefined;
  /** Sign-in with an identity provider; `undefined` where people log in by password. */
  readonly oauth: OAuth | undefined;
  readonly trustedProxyRanges: readonly string[];
  readonly broker: {
    readonly caSecret: string | undefined;
    readonly clientCertSecret: string | undefined;
    readonly peers: readonly Peer[];
  };
  readonly ingress: {
    readonly controller: Controller;
    readonly className: string;
    readonly peer: Peer;
    readonly annotations: Labels;
  };
  readonly networkPolicy: {
    readonly ingress: readonly Peer[];
    readonly egress: readonly Peer[];
    readonly dns: readonly Peer[];
  };
  readonly persistence:
    { readonly storageClassName: string; readonly size: string; readonly accessMode: string } | undefined;
  readonly metrics: { readonly namespace: string; readonly peer: Peer; readonly labels: Labels } | undefined;
  readonly flower: ContainerModel & {
    readonly maxTasks: number;
    readonly purgeOfflineWorkers: number | undefined;
    readonly inspectTimeout: number;
    readonly naturalTime: boolean;
    readonly tasksColumns: readonly string[] | undefined;
    readonly redactTaskArguments: boolean;
  };
  readonly nginx: ContainerModel & { readonly ipv6: boolean };
  readonly pod: {
    readonly labels: Labels;
    readonly annotations: Labels;
    readonly nodeSelector: Labels | undefined;
    readonly tolerations: readonly Readonly<Record<string, string | number>>[];
    readonly affinity: Readonly<Record<string, unknown>> | undefined;
    readonly imagePullSecrets: readonly string[];
    readonly priorityClassName: string | undefined;
    readonly runtimeClassName: string | undefined;
  };
  readonly rotation: string;
}

type Settings = Unwrap<FlowerDashboardArgs>;
type PeerSettings = NonNullable<Settings["broker"]["peers"]>[number];

/** RFC 1918 and RFC 4193: who may look when nobody has said. */
export const PRIVATE_RANGES: readonly string[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
const BROKER_PORTS: readonly number[] = [6379, 6380, 5671, 5672];
const CONTROLLER_DEFAULTS = {
  traefik: { className: "traefik", namespace: "traefik", podLabels: { "app.kubernetes.io/name": "traefik" } },
  "ingress-nginx": {
    className: "nginx",
    namespace: "ingress-nginx",
    podLabels: { "app.kubernetes.io/name": "ingress-nginx" },
  },
  haproxy: {
    className: "haproxy",
    namespace: "ingress-controller",
    podLabels: { "app.kubernetes.io/name": "haproxy-ingress" },
  },
  // Rules ask for both: there is no implementation that most have.
  "gateway-api": { className: "", namespace: "", podLabels: undefined },
  none: { className: "", namespace: "", podLabels: undefined },
} as const;

/** The model of arguments that have passed every rule. */
export function resolveModel(name: string, settings: Settings): Model {
  const { broker, admin, auth, flower, nginx } = settings;
  return {
    name,
    namespace: settings.namespace,
    urlPrefix: settings.urlPrefix ?? "flower",
    httpsPort: settings.ingress.httpsPort ?? 443,
    viewer: {
      role: "viewer",
      host: settings.host,
      port: 5555,
      allowedSourceRanges: ranges(settings.allowedSourceRanges ?? PRIVATE_RANGES),
    },
    admin: admin && {
      role: "admin",
      host: admin.host,
      port: 5556,
      allowedSourceRanges: ranges(admin.allowedSourceRanges),
    },
    oauth: auth.oauth && resolveOAuth(auth.oauth, peer),
    trustedProxyRanges: ranges(settings.trustedProxyRanges ?? []),
    broker: resolveBroker(broker),
    ingress: resolveIngress(settings),
    networkPolicy: resolveNetworkPolicy(settings),
    persistence: resolvePersistence(settings),
    metrics: resolveMetrics(settings),
    flower: resolveFlower(flower ?? {}),
    nginx: resolveNginx(nginx ?? {}),
    pod: resolvePod(settings),
    rotation: rotationOf(settings.rotation),
  };
}

/** What tells one `rotation` from the next. */
export function rotationOf(rotation: unknown): string {
  // A rule has made sure that it is a number or a text.
  return String((rotation as string | number | undefined) ?? "1");
}

const DEFAULT_MAX_TASKS = 10_000;

function resolveBroker(broker: Settings["broker"]): Model["broker"] {
  const peers = broker.peers ?? [{ podLabels: {} }];
  return {
    caSecret: broker.caSecret,
    clientCertSecret: broker.clientCertSecret,
    // Not by a spread: `ports: undefined`, as a missing setting is passed on, would open every port.
    peers: peers.map((item) => peer({ ...item, ports: item.ports ?? [...BROKER_PORTS] })),
  };
}

function resolveFlower(flower: NonNullable<Settings["flower"]>): Model["flower"] {
  const maxTasks = flower.maxTasks ?? DEFAULT_MAX_TASKS;
  return {
    image: flower.image ?? FLOWER_IMAGE,
    imagePullPolicy: flower.imagePullPolicy,
    resources: resources(flower.resources, flowerResources(maxTasks)),
    maxTasks,
    purgeOfflineWorkers: flower.purgeOfflineWorkers,
    inspectTimeout: flower.inspectTimeout ?? 1000,
    naturalTime: flower.naturalTime ?? false,
    tasksColumns: flower.tasksColumns,
    redactTaskArguments: flower.redactTaskArguments ?? false,
  };
}

function resolveNginx(nginx: NonNullable<Settings["nginx"]>): Model["nginx"] {
  return {
    image: nginx.image ?? NGINX_IMAGE,
    imagePullPolicy: nginx.imagePullPolicy,
    resources: resources(nginx.resources, nginxResources),
    ipv6: nginx.ipv6 ?? false,
  };
}

function resolveIngress(settings: Settings): Model["ingress"] {
  // A rule has refused every other text.
  const controller = settings.ingress.controller as Controller;
  const defaults = CONTROLLER_DEFAULTS[controller];
  return {
    controller,
    className: settings.ingress.className ?? defaults.className,
    peer: peer({
      namespace: settings.ingress.namespace ?? defaults.namespace,
      podLabels: settings.ingress.podLabels ?? defaults.podLabels,
    }),
    annotations: settings.ingress.annotations ?? {},
  };
}

function resolveNetworkPolicy({ networkPolicy }: Settings): Model["networkPolicy"] {
  const dns = networkPolicy?.dns ?? [
    { namespace: "kube-system", podLabels: { "k8s-app": "kube-dns" } },
    { cidr: "169.254.20.10/32" },
  ];
  return {
    ingress: (networkPolicy?.ingress ?? []).map(peer),
    egress: (networkPolicy?.egress ?? []).map(peer),
    dns: dns.map((item) => peer({ ...item, ports: item.ports ?? [53] })),
  };
}

function resolvePersistence({ persistence }: Settings): Model["persistence"] {
  return (
    persistence && {
      storageClassName: persistence.storageClassName,
      size: persistence.size,
      accessMode: persistence.accessMode ?? "ReadWriteOncePod",
    }
  );
}

function resolveMetrics({ metrics }: Settings): Model["metrics"] {
  return (
    metrics && {
      namespace: metrics.namespace,
      peer: peer({
        namespace: metrics.namespace,
        podLabels: metrics.podLabels ?? { "app.kubernetes.io/name": "prometheus" },
      }),
      labels: metrics.labels ?? {},
    }
  );
}

function resolvePod({ pod }: Settings): Model["pod"] {
  return {
    labels: pod?.labels ?? {},
    annotations: pod?.annotations ?? {},
    nodeSelector: pod?.nodeSelector,
    tolerations: (pod?.tolerations ?? []).map((item) => ({ ...item })),
    affinity: pod?.affinity as Readonly<Record<string, unknown>> | undefined,
    imagePullSecrets: pod?.imagePullSecrets ?? [],
    priorityClassName: pod?.priorityClassName,
    runtimeClassName: pod?.runtimeClassName,
  };
}

function resources(given: { requests?: Labels; limits?: Labels } | undefined, defaults: Resources): Resources {
  return {
    requests: { ...defaults.requests, ...given?.requests },
    limits: { ...defaults.limits, ...given?.limits },
  };
}

function peer(settings: PeerSettings): Peer {
  const { cidr, except, namespace, namespaceLabels, podLabels, ports } = settings;
  const byName = namespace === undefined ? undefined : { "kubernetes.io/metadata.name": namespace };
  return {
    cidr: cidr === undefined ? undefined : canonicalCidr(cidr),
    except: ranges(except ?? []),
    namespaceLabels: namespaceLabels ?? byName,
    podLabels,
    ports: ports ?? [],
  };
}

function ranges(cidrs: readonly string[]): readonly string[] {
  return cidrs.map(canonicalCidr);
}
