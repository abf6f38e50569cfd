import {
  isBrokerUrl,
  isColumn,
  isDnsLabel,
  isHttpUrl,
  isImage,
  isLabelValue,
  isObjectName,
  isQuantity,
  isSecretKey,
} from "./grammar";
import {
  at,
  distinct,
  flag,
  given,
  integer,
  isObject,
  list,
  record,
  required,
  secretText,
  text,
  type Rule,
} from "./rule";
import { annotationRules, labelRules, selectorRules } from "./labels";
import { everyPortRule, peerRules } from "./peers";
import { narrow } from "./ranges";
import {
  APPARMOR_PREFIX,
  CONTROLLERS,
  PROTECTED_ANNOTATIONS,
  PROTECTED_LABELS,
  UNDOING_ANNOTATIONS,
} from "../build/names";

/** The rules on what the dashboard is connected to and how its pod runs. */
export const clusterRules: Rule[] = [
  text("namespace", isDnsLabel, "is not the name of a namespace; write one such as queues"),
  ...brokerRules(),
  ...ingressRules(),
  ...networkPolicyRules(),
  ...imageRules("flower"),
  integer("flower.maxTasks", 100, 1_000_000, "how many tasks to keep in memory, such as 10000"),
  integer("flower.purgeOfflineWorkers", 1, 31_536_000, "seconds, such as 3600"),
  integer("flower.inspectTimeout", 1, 60_000, "milliseconds, such as 1000"),
  flag("flower.naturalTime"),
  flag("flower.redactTaskArguments"),
  list("flower.tasksColumns", 'columns, such as ["name", "state"]'),
  text(
    "flower.tasksColumns[*]",
    isColumn,
    "is not a column of the Tasks page; write one such as name, uuid, state, received, runtime or worker",
  ),
  distinct("flower.tasksColumns"),
  ...imageRules("nginx"),
  flag("nginx.ipv6"),
  ...podRules(),
  {
    path: "rotation",
    when: (value) =>
      value !== undefined &&
      !(Number.isFinite(value) || (typeof value === "string" && value !== "" && isLabelValue(value))),
    reason: "is neither a number nor a word; write one such as 2 or 2026-11, of at most 63 of A-Z a-z 0-9 . _ -",
  },
];

function brokerRules(): Rule[] {
  return [
    required("broker", "write { url } or { urlSecret: { name, key } }"),
    {
      path: "broker",
      when: (value, args) =>
        value !== undefined && value !== null && given(args, "broker.url") === given(args, "broker.urlSecret"),
      reason: (_, args) =>
        `has ${given(args, "broker.url") ? "both url and urlSecret" : "neither url nor urlSecret"}; write one of them`,
      shown: "nothing",
    },
    secretText(
      "broker.url",
      isBrokerUrl,
      "is not a broker URL; write redis://, rediss://, amqp:// or amqps:// and printable ASCII, anything else in it percent-encoded",
    ),
    {
      path: "broker.url",
      when: (value, args) =>
        typeof value === "string" &&
        given(args, "broker.caSecret") &&
        !value.split(";").every((url) => /^(?:rediss|amqps):/.test(url)),
      reason: "is not a TLS URL although broker.caSecret is given; write rediss:// or amqps://",
      shown: "not the secret",
    },
    ...brokerSecretRules(),
    ...peerRules("broker.peers", true),
  ];
}

function brokerSecretRules(): Rule[] {
  return [
    required("broker.urlSecret.name", "write the name of the Secret"),
    required("broker.urlSecret.key", "write the key in it that holds the broker URL"),
    text("broker.urlSecret.name", isObjectName, "is not the name of a Secret; write one such as celery-broker"),
    text("broker.urlSecret.key", isSecretKey, "is not a key of a Secret; write one such as url"),
    text("broker.caSecret", isObjectName, "is not the name of a Secret; write one such as broker-ca"),
    text("broker.clientCertSecret", isObjectName, "is not the name of a Secret; write one such as broker-client"),
    {
      path: "broker.clientCertSecret",
      when: (value, args) => value !== undefined && !given(args, "broker.caSecret"),
      reason:
        "goes only with broker.caSecret, since a client certificate is sent over verified TLS only; name the CA's Secret too",
    },
    secretText(
      "broker.managementApiUrl",
      isHttpUrl,
      "is not an http or https URL of printable ASCII; write one such as https://user:password@rabbitmq.example.com:15671/api/",
    ),
  ];
}

function ingressRules(): Rule[] {
  return [
    required("ingress", `write { controller: "traefik" } or another of ${CONTROLLERS.join(", ")}`),
    required("ingress.controller", `write one of ${CONTROLLERS.join(", ")}`),
    text(
      "ingress.controller",
      (value) => (CONTROLLERS as readonly string[]).includes(value),
      `is not a controller that we know; write one of ${CONTROLLERS.join(", ")}`,
    ),
    text("ingress.className", isObjectName, "is not the name of an IngressClass; write one such as nginx"),
    text("ingress.namespace", isDnsLabel, "is not the name of a namespace; write one such as ingress-nginx"),
    {
      path: "ingress.namespace",
      when: (value, args) => value === undefined && isBare(args) && at(args, "networkPolicy.disabled") !== true,
      reason: "is missing; with controller none, write the namespace of the proxy that may connect to the pod",
    },
    ...["className", "annotations"].map((member) => ({
      path: `ingress.${member}`,
      when: (value: unknown, args: unknown) => value !== undefined && isBare(args),
      reason: "has no effect with controller none, which makes no Ingress; remove it",
    })),
    ...selectorRules("ingress.podLabels"),
    ...annotationRules("ingress.annotations", [...PROTECTED_ANNOTATIONS, ...UNDOING_ANNOTATIONS]),
    integer("ingress.httpsPort", 1, 65_535, "the controller's public HTTPS port, such as 443"),
  ];
}

function networkPolicyRules(): Rule[] {
  return [
    flag("networkPolicy.disabled"),
    ...["ingress", "egress", "dns"].map((member) => ({
      path: `networkPolicy.${member}`,
      when: (value: unknown, args: unknown) => value !== undefined && at(args, "networkPolicy.disabled") === true,
      reason: "has no effect with networkPolicy.disabled; remove one of them",
    })),
    ...peerRules("networkPolicy.ingress", false),
    narrow(
      "networkPolicy.ingress[*].cidr",
      "lets everybody connect; write the range of who may, or networkPolicy: { disabled: true } to go without a policy",
    ),
    ...peerRules("networkPolicy.egress", true),
    everyPortRule("networkPolicy.egress[*]"),
    ...peerRules("networkPolicy.dns", true),
  ];
}

function imageRules(process: "flower" | "nginx"): Rule[] {
  return [
    text(
      `${process}.image`,
      isImage,
      "is not an image reference; write registry/repository:tag or registry/repository@sha256:digest",
    ),
    text(
      `${process}.imagePullPolicy`,
      (value) => ["Always", "IfNotPresent", "Never"].includes(value),
      "is not a pull policy; write Always, IfNotPresent or Never",
    ),
    ...["requests", "limits"].flatMap((kind) => [
      record(
        `${process}.resources.${kind}`,
        () => false,
        'is not an object; write quantities by resource, such as { memory: "256Mi" }',
      ),
      text(
        `${process}.resources.${kind}{*}`,
        isQuantity,
        "is not a Kubernetes quantity; write one such as 128Mi or 250m",
      ),
    ]),
  ];
}

/** Annotations that take a container's AppArmor profile away. */
function unconfined(annotations: unknown): string[] {
  const pairs: [string, unknown][] = isObject(annotations) ? Object.entries(annotations) : [];
  return pairs.filter(([key, value]) => key.startsWith(APPARMOR_PREFIX) && value === "unconfined").map(([key]) => key);
}

function podRules(): Rule[] {
  return [
    ...labelRules("pod.labels", PROTECTED_LABELS),
    ...annotationRules("pod.annotations", []),
    {
      path: "pod.annotations",
      when: (value) => unconfined(value).length > 0,
      reason: (value) =>
        `sets ${unconfined(value).join(", ")} to unconfined, which takes a container's profile away; remove it`,
      shown: "nothing",
    },
    ...labelRules("pod.nodeSelector"),
    list("pod.tolerations", 'tolerations, such as [{ key: "dedicated", operator: "Exists" }]'),
    list("pod.imagePullSecrets", 'names of Secrets, such as ["registry"]'),
    text("pod.imagePullSecrets[*]", isObjectName, "is not the name of a Secret; write one such as registry"),
    text("pod.priorityClassName", isObjectName, "is not the name of a PriorityClass; write one such as tooling"),
    text("pod.runtimeClassName", isObjectName, "is not the name of a RuntimeClass; write one such as gvisor"),
  ];
}

function isBare(args: unknown): boolean {
  return at(args, "ingress.controller") === "none";
}
