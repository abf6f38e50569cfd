import { beside, inPod, object, POD, type Change } from "./change";

const PEER = ["spec", "ingress", 0, "from", 0] as const;
const ofNamespaces = (...matchExpressions: object[]): object => ({ namespaceSelector: { matchExpressions } });
const NAME = "kubernetes.io/metadata.name";

function peer(what: string, value: object, more: Partial<Change> = {}): Change {
  return { what, kind: "NetworkPolicy", path: PEER, value, ...more };
}

export const SELECTORS: readonly Change[] = [
  peer("every namespace that has a name", ofNamespaces({ key: NAME, operator: "Exists" }), { says: /every namespace/ }),
  peer("every namespace but one", ofNamespaces({ key: "env", operator: "NotIn", values: ["prod"] })),
  peer("every pod without a label", {
    namespaceSelector: {},
    podSelector: { matchExpressions: [{ key: "nope", operator: "DoesNotExist" }] },
  }),
  peer("every pod but some", { podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["x"] }] } }),
  peer("namespaces by a label of their own", ofNamespaces({ key: "team", operator: "Exists" }), { keeps: true }),
  peer(
    "named namespaces but one",
    ofNamespaces(
      { key: NAME, operator: "In", values: ["edge", "dev"] },
      { key: "env", operator: "NotIn", values: ["dev"] },
    ),
    { keeps: true },
  ),
];

const ANYBODY = { podSelector: {}, policyTypes: [], ingress: [{}] };
export const POLICY_DEFAULTS: readonly Change[] = [
  beside(
    "an open policy with an empty list of types",
    [object("networking.k8s.io/v1", "NetworkPolicy", "open", ANYBODY)],
    {
      says: /everybody/,
    },
  ),
  {
    what: "an empty list of ways out, which is as none",
    kind: "NetworkPolicy",
    path: ["spec", "egress"],
    value: [],
    and: [{ what: "", kind: "NetworkPolicy", path: ["spec", "policyTypes"] }],
    says: /Egress/,
  },
];

const POD_NAME = "statefulset.kubernetes.io/pod-name";

function balancer(selector: object): object {
  return object("v1", "Service", "first", { type: "LoadBalancer", selector, ports: [{ port: 80, targetPort: 8443 }] });
}

const AS_SET: Change = { what: "", kind: "Deployment", path: ["kind"], value: "StatefulSet" };

export const CONTROLLER_LABELS: readonly Change[] = [
  { ...AS_SET, what: "a LoadBalancer of one pod of a StatefulSet", adds: [balancer({ [POD_NAME]: "flower-0" })] },
  {
    ...AS_SET,
    what: "a LoadBalancer of the first pod of a StatefulSet",
    adds: [balancer({ app: "flower", "apps.kubernetes.io/pod-index": "0" })],
  },
  {
    ...AS_SET,
    what: "a LoadBalancer of another StatefulSet's pod",
    adds: [balancer({ [POD_NAME]: "flower-db-0" })],
    keeps: true,
  },
  inPod("the node's network in a Service of Knative's", [...POD, "hostNetwork"], true, {
    and: [inPod("", ["apiVersion"], "serving.knative.dev/v1"), inPod("", ["kind"], "Service")],
    also: ["pod"],
  }),
  beside("a LoadBalancer of a StatefulSet of the same name", [balancer({ [POD_NAME]: "flower-0" })], { keeps: true }),
];

const ANNOTATION = "container.apparmor.security.beta.kubernetes.io/flower";
const METADATA = ["spec", "template", "metadata", "annotations"] as const;
const SECCOMP = [...POD, "securityContext", "seccompProfile", "type"];

export const PROFILES: readonly Change[] = [
  inPod("no AppArmor profile, by annotation", [...METADATA, ANNOTATION], "unconfined", { says: /AppArmor/ }),
  inPod("an AppArmor profile by annotation", [...METADATA, ANNOTATION], "runtime/default", { keeps: true }),
  inPod("a seccomp profile of the pod that only its containers make up for", SECCOMP, "Unconfined", {
    and: [0, 1].map((index) =>
      inPod("", [...POD, "containers", index, "securityContext", "seccompProfile"], { type: "RuntimeDefault" }),
    ),
    says: /the pod has no seccomp profile/,
  }),
];

export const EMPTY_DOMAINS: readonly Change[] = [".*@", ".*@.com"].map((pattern) =>
  inPod(
    `${pattern}, which names no domain`,
    [...POD, "containers", 0, "args"],
    ["celery", "flower", `--auth=${pattern}`, "--auth_provider=flower.views.auth.GithubLoginHandler"],
    { says: /no domain/ },
  ),
);
