import { bare, full } from "../arguments";
import { row, type Row } from "./row";

const SECRET = "is not the name of a Secret; write one such as";
const HIDDEN = "the value (not shown, being a secret)";
const NAMESPACE = "is not the name of a namespace; write one such as";
const IMAGE = "is not an image reference; write registry/repository:tag or registry/repository@sha256:digest";
const QUANTITY = "is not a Kubernetes quantity; write one such as 128Mi or 250m";
const BROKER = "is not a broker URL; write redis://, rediss://, amqp:// or amqps:// and printable ASCII";
const DISABLED = "has no effect with networkPolicy.disabled; remove one of them";

const brokerRows: readonly Row[] = [
  row("broker", { broker: undefined }, ["is missing; write { url } or { urlSecret: { name, key } }"]),
  row("broker", { broker: {} }, ["has neither url nor urlSecret; write one of them"]),
  row("broker", { "broker.urlSecret": { name: "celery-broker", key: "url" } }, [
    "has both url and urlSecret; write one",
  ]),
  row("broker.url", { "broker.url": "http://:hunter2@redis" }, [HIDDEN, BROKER]),
  row("broker.url", { "broker.url": "redis://:hunter2 @redis" }, [HIDDEN, BROKER]),
  row("broker.url", { "broker.url": 6379 }, [HIDDEN, BROKER]),
  row("broker.url", { "broker.caSecret": "broker-ca" }, [HIDDEN, "is not a TLS URL although broker.caSecret is given"]),
  row("broker.url", { "broker.url": "rediss://:hunter2@a;redis://:hunter2@b", "broker.caSecret": "broker-ca" }, [
    HIDDEN,
    "is not a TLS URL although broker.caSecret is given; write rediss:// or amqps://",
  ]),
  row("broker.urlSecret.name", { broker: { urlSecret: { key: "url" } } }, ["is missing; write the name of the Secret"]),
  row("broker.urlSecret.key", { broker: { urlSecret: { name: "a" } } }, ["is missing; write the key in it that holds"]),
  row("broker.urlSecret.name", { broker: { urlSecret: { name: "A", key: "url" } } }, ['"A"', SECRET, "celery-broker"]),
  row("broker.urlSecret.key", { broker: { urlSecret: { name: "a", key: "../x" } } }, [
    '"../x" is not a key of a Secret',
  ]),
  row("broker.caSecret", { "broker.caSecret": "CA" }, ['"CA"', SECRET, "broker-ca"], full),
  row("broker.clientCertSecret", { "broker.clientCertSecret": "a b" }, ['"a b"', SECRET, "broker-client"], full),
  row("broker.clientCertSecret", { "broker.clientCertSecret": "a" }, [
    '"a" goes only with broker.caSecret',
    "name the",
  ]),
  row("broker.managementApiUrl", { "broker.managementApiUrl": "amqp://user:hunter2@rabbitmq" }, [
    HIDDEN,
    "is not an http or https URL of printable ASCII; write one such as https://user:password@rabbitmq.example.com",
  ]),
];

const ingressRows: readonly Row[] = [
  row("ingress", { ingress: undefined }, [
    'is missing; write { controller: "traefik" } or another of traefik, ingress',
  ]),
  row("ingress.controller", { ingress: {} }, [
    "is missing; write one of traefik, ingress-nginx, haproxy, gateway-api, none",
  ]),
  row("ingress.controller", { "ingress.controller": "envoy" }, ['"envoy" is not a controller that we know; write']),
  row("ingress.className", { "ingress.className": "a b" }, [
    '"a b" is not the name of an IngressClass; write one such',
  ]),
  row(
    "ingress.className",
    { "ingress.className": "nginx" },
    ['"nginx" has no effect with controller none', "re"],
    bare,
  ),
  row("ingress.annotations", { "ingress.annotations": {} }, ["{} has no effect with controller none", "remove"], bare),
  row("ingress.namespace", { "ingress.namespace": "a.b" }, ['"a.b"', NAMESPACE, "ingress-nginx"]),
  row("ingress.namespace", { "ingress.namespace": undefined }, ["is missing; with controller none, write the"], bare),
  row("ingress.className", { ingress: { controller: "gateway-api", namespace: "edge" } }, [
    "is missing; with controller gateway-api, write the name of a GatewayClass",
  ]),
  row("ingress.namespace", { ingress: { controller: "gateway-api", className: "edge" } }, [
    "is missing; with controller gateway-api, write the namespace of the pods that carry its traffic",
  ]),
  ...selectorRows("ingress.podLabels"),
  ...annotationRows("ingress.annotations"),
  ...[
    "nginx.ingress.kubernetes.io/proxy-ssl-verify",
    "traefik.ingress.kubernetes.io/router.tls",
    "haproxy-ingress.github.io/secure-verify-ca-secret",
    "cert-manager.io/issuer",
    "nginx.ingress.kubernetes.io/configuration-snippet",
    "nginx.ingress.kubernetes.io/mirror-target",
    "haproxy-ingress.github.io/config-backend",
  ].map((key) =>
    row("ingress.annotations", { "ingress.annotations": { [key]: "off" } }, [`sets ${key}`, "carries a", "remove it"]),
  ),
  row("ingress.httpsPort", { "ingress.httpsPort": 0 }, [
    "0 is not a whole number from 1 to 65535; write the controller",
  ]),
];

const networkPolicyRows: readonly Row[] = [
  row("networkPolicy.disabled", { "networkPolicy.disabled": 1 }, ["1 is neither true nor false; write one of them"]),
  ...["ingress", "egress", "dns"].map((member) =>
    row(`networkPolicy.${member}`, { networkPolicy: { disabled: true, [member]: [] } }, ["[]", DISABLED]),
  ),
  ...peerRows("networkPolicy.ingress"),
  row("networkPolicy.ingress[0].ports", { "networkPolicy.ingress": [{ namespace: "a", ports: [8443] }] }, [
    "[8443] cannot be chosen, since only 8443 is open; remove it",
  ]),
  ...["0.0.0.0/0", "128.0.0.0/1", "::/0"].flatMap((cidr) => [
    row("networkPolicy.ingress[0].cidr", { "networkPolicy.ingress": [{ cidr }] }, [
      `"${cidr}" lets everybody connect; write the range of who may, or networkPolicy: { disabled: true }`,
    ]),
    row("networkPolicy.egress[0]", { "networkPolicy.egress": [{ cidr }] }, [
      `{"cidr":"${cidr}"} opens every port of everybody; write its ports, such as [443], or a narrower cidr`,
    ]),
  ]),
  ...["broker.peers", "networkPolicy.egress", "networkPolicy.dns"].flatMap((path) => egressRows(path)),
];

/** Every rule on peers to which the pod connects, broken. */
export function egressRows(path: string, base?: Row["base"]): Row[] {
  const ports = (...values: unknown[]) => ({ [path]: [{ namespace: "a", ports: values }] });
  return [
    ...peerRows(path).map((each) => ({ ...each, base: base ?? each.base })),
    row(
      `${path}[0].ports[1]`,
      ports(1, 65_536),
      ["65536 is not a whole number from 1 to 65535; write a port of the pods, such as 6379"],
      base,
    ),
    row(`${path}[0].ports[0]`, ports(undefined), ["is not a whole number from 1"], base),
    row(`${path}[0].ports`, ports(), ["[] is not a list of at least one port", "such as [6379], or remove it"], base),
    ...[6379, "6379", null, {}].map((value) =>
      row(
        `${path}[0].ports`,
        { [path]: [{ namespace: "a", ports: value }] },
        [`${JSON.stringify(value)} is not a list of at least one port; write those of the pods`],
        base,
      ),
    ),
  ];
}

function peerRows(path: string): Row[] {
  const peer = (value: unknown) => ({ [path]: [value] });
  const both = { cidr: "10.0.0.0/8", namespace: "redis" };
  return [
    row(path, { [path]: { cidr: "10.0.0.0/8" } }, ['is not a list; write peers, such as [{ cidr: "10.1.2.3/32" }]']),
    row(`${path}[0].cidr`, peer({ cidr: "10.1.2.3" }), ['"10.1.2.3" has no mask; write 10.1.2.3/32']),
    row(`${path}[0].except[0]`, peer({ cidr: "10.0.0.0/8", except: ["x"] }), ['"x" is not a CIDR range; write one']),
    row(`${path}[0]`, peer({}), ["names no peer or two; write either a cidr, or a namespace"]),
    row(`${path}[0]`, peer(both), ['{"cidr":"10.0.0.0/8","namespace":"redis"} names no peer or two; write either a']),
    row(`${path}[0]`, peer({ namespace: "a", namespaceLabels: { b: "c" } }), [
      "has both namespace and namespaceLabels",
    ]),
    row(`${path}[0]`, peer({ namespace: "a", except: ["10.0.0.0/8"] }), ["has except without a cidr; remove it"]),
    row(`${path}[0]`, peer({ cidr: "10.0.0.0/8", except: ["11.0.0.0/8", "10.9.0.0/16", "::/0"] }), [
      "has except 11.0.0.0/8, ::/0 outside its cidr; write ranges within it",
    ]),
    row(`${path}[0].namespace`, peer({ namespace: "Redis" }), ['"Redis"', NAMESPACE, "redis"]),
    ...selectorRows(`${path}[0].namespaceLabels`),
    ...selectorRows(`${path}[0].podLabels`),
  ];
}

/** The rules on labels by which something is chosen, broken at this path. */
export function selectorRows(path: string): Row[] {
  return [
    ...labelRows(path),
    row(path, { [path]: {} }, ["{} selects everything; write at least one label, or remove it for the default"]),
  ];
}

/** The rules on labels, broken at this path. */
export function labelRows(path: string): Row[] {
  return [
    ...recordRows(path),
    row(`${path}["app"]`, { [path]: { app: "a b" } }, ['"a b" is not the value of a label; write at most 63 of A-Z']),
    row(`${path}["app"]`, { [path]: { app: undefined } }, ["is not the value of a label; write at most 63"]),
  ];
}

function annotationRows(path: string): Row[] {
  return [...recordRows(path), row(`${path}["a"]`, { [path]: { a: 1 } }, ["1 is not a text; write one in quotes"])];
}

function recordRows(path: string): Row[] {
  return [
    row(path, { [path]: "app" }, ["is not an object; write keys and texts, such as"]),
    row(path, { [path]: { "a b": "c" } }, ['has the key "a b", which is none; write an optional DNS prefix, a slash']),
  ];
}

const podRows: readonly Row[] = [
  ...labelRows("pod.labels"),
  row("pod.labels", { "pod.labels": { "app.kubernetes.io/name": "x" } }, [
    "sets app.kubernetes.io/name, which carries",
  ]),
  ...annotationRows("pod.annotations"),
  row(
    "pod.annotations",
    { "pod.annotations": { "container.apparmor.security.beta.kubernetes.io/nginx": "unconfined" } },
    ["sets container.apparmor.security.beta.kubernetes.io/nginx to unconfined, which takes a container's profile away"],
  ),
  ...labelRows("pod.nodeSelector"),
  row("pod.tolerations", { "pod.tolerations": {} }, ["{} is not a list; write tolerations, such as"]),
  row("pod.imagePullSecrets", { "pod.imagePullSecrets": "registry" }, ['"registry" is not a list; write names of']),
  row("pod.imagePullSecrets[0]", { "pod.imagePullSecrets": ["A"] }, ['"A"', SECRET, "registry"]),
  row("pod.priorityClassName", { "pod.priorityClassName": "A" }, ['"A" is not the name of a PriorityClass; write one']),
  row("pod.runtimeClassName", { "pod.runtimeClassName": "A" }, [
    '"A" is not the name of a RuntimeClass; write one such',
  ]),
];

const flowerRows: readonly Row[] = [
  row("flower.maxTasks", { "flower.maxTasks": 99 }, ["99 is not a whole number from 100 to 1000000; write how many"]),
  row("flower.maxTasks", { "flower.maxTasks": "5000" }, ['"5000" is not a whole number from 100']),
  row("flower.purgeOfflineWorkers", { "flower.purgeOfflineWorkers": 0.5 }, [
    "0.5 is not a whole number",
    "write seconds",
  ]),
  row("flower.inspectTimeout", { "flower.inspectTimeout": -1 }, [
    "-1 is not a whole number from 1 to 60000; write milli",
  ]),
  row("flower.naturalTime", { "flower.naturalTime": "true" }, ['"true" is neither true nor false; write one of them']),
  row("flower.redactTaskArguments", { "flower.redactTaskArguments": "no" }, [
    '"no" is neither true nor false; write one',
  ]),
  row("flower.tasksColumns", { "flower.tasksColumns": "name" }, ['"name" is not a list; write columns, such as']),
  row("flower.tasksColumns[1]", { "flower.tasksColumns": ["name", "a,b"] }, [
    '"a,b" is not a column',
    "write one such",
  ]),
  row("flower.tasksColumns", { "flower.tasksColumns": ["name", "name"] }, ["names something twice; write each once"]),
];

function imageRows(process: "flower" | "nginx"): Row[] {
  return [
    row(`${process}.image`, { [`${process}.image`]: "Docker.io/x y" }, ['"Docker.io/x y"', IMAGE]),
    row(`${process}.imagePullPolicy`, { [`${process}.imagePullPolicy`]: "always" }, [
      '"always" is not a pull policy; write Always, IfNotPresent or Never',
    ]),
    ...["requests", "limits"].flatMap((kind) => {
      const path = `${process}.resources.${kind}`;
      return [
        row(path, { [path]: [] }, ["is not an object; write quantities by resource, such as"]),
        row(`${path}["memory"]`, { [path]: { memory: "1 GB" } }, ['"1 GB"', QUANTITY]),
      ];
    }),
  ];
}

/** Every rule on what the dashboard is connected to and how its pod runs, broken. */
export const clusterRows: readonly Row[] = [
  row("namespace", { namespace: "a.b" }, ['"a.b"', NAMESPACE, "queues"]),
  ...brokerRows,
  ...ingressRows,
  ...networkPolicyRows,
  ...imageRows("flower"),
  ...flowerRows,
  ...imageRows("nginx"),
  row("nginx.ipv6", { "nginx.ipv6": 1 }, ["1 is neither true nor false; write one of them, plain"]),
  ...podRows,
  row("rotation", { rotation: "" }, ['"" is neither a number nor a word; write one such as 2 or 2026-11']),
  row("rotation", { rotation: Number.NaN }, ["null is neither a number nor a word"]),
  row("rotation", { rotation: 2n }, ['"2" is neither a number nor a word']),
  row("rotation", { rotation: () => "2" }, ["is neither a number nor a word"]),
];
