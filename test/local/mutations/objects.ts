import type { KubernetesObject } from "../../../local/pod";
import type { Change } from "../attacks/attack";
import { logInOf } from "../client/logIns";
import { changed, containerOf, objectNamed, podSpecOf, specOf } from "../client/objects";
import type { Mutation } from "../mutations";

const spec =
  (kind: string, change: (spec: Record<string, unknown>) => void): Change =>
  (objects) =>
    changed(objects, (copy) => change(specOf(copy, kind)));

const pod =
  (change: (copy: KubernetesObject[]) => void): Change =>
  (objects) =>
    changed(objects, change);

type Rules = { from?: object[]; to?: object[]; ports?: object[] }[];

const RESTRICTED = "the pod is what Pod Security calls restricted";
const restricted: Mutation[] = [
  {
    control: "pod",
    without: "runAsNonRoot",
    caughtBy: RESTRICTED,
    change: pod((copy) => delete (podSpecOf(copy).securityContext as { runAsNonRoot?: boolean }).runAsNonRoot),
  },
  {
    control: "pod",
    without: "seccomp",
    caughtBy: RESTRICTED,
    change: pod((copy) => delete (podSpecOf(copy).securityContext as { seccompProfile?: object }).seccompProfile),
  },
  ...["allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"].map((field): Mutation => ({
    control: "pod",
    without: field,
    caughtBy: RESTRICTED,
    change: pod((copy) => (containerOf(copy, "nginx").securityContext[field] = undefined)),
  })),
  {
    control: "pod",
    without: "a limit of memory",
    caughtBy: RESTRICTED,
    change: pod((copy) => (containerOf(copy, "nginx").resources = {})),
  },
];

const isolation: Mutation[] = [
  {
    control: "isolation",
    without: "isolation outwards",
    caughtBy: "the pod is isolated both ways",
    change: spec("NetworkPolicy", (policy) => (policy.policyTypes = ["Ingress"])),
  },
  {
    control: "isolation",
    without: "a selector that fits",
    caughtBy: "the pod is isolated both ways",
    change: spec("NetworkPolicy", (policy) => (policy.podSelector = { matchLabels: { app: "other" } })),
  },
  {
    control: "isolation",
    without: "peers inwards",
    caughtBy: "only the ingress controller comes in",
    change: spec("NetworkPolicy", ({ ingress }) => delete (ingress as Rules)[0]?.from),
  },
  {
    control: "isolation",
    without: "ports inwards",
    caughtBy: "only the ingress controller comes in",
    change: spec("NetworkPolicy", ({ ingress }) => delete (ingress as Rules)[0]?.ports),
  },
  {
    control: "isolation",
    without: "a namespace of the controller",
    caughtBy: "only the ingress controller comes in",
    change: spec("NetworkPolicy", ({ ingress }) => (ingress as Rules)[0]?.from?.push({ namespaceSelector: {} })),
  },
  {
    control: "isolation",
    without: "peers outwards",
    caughtBy: "only DNS and the broker",
    change: spec("NetworkPolicy", ({ egress }) => (egress as Rules).push({})),
  },
  {
    control: "isolation",
    without: "ports outwards",
    caughtBy: "only DNS and the broker",
    change: spec("NetworkPolicy", ({ egress }) => delete (egress as Rules).at(-1)?.ports),
  },
];

/** What only a cluster would show, seen in what was rendered. */
export const objectMutations: readonly Mutation[] = [
  {
    control: "cluster-ip",
    without: "a Service inside of the cluster",
    caughtBy: "the only Service is a ClusterIP",
    change: spec("Service", (service) => (service.type = "NodePort")),
  },
  {
    control: "cluster-ip",
    without: "a Service without outer addresses",
    caughtBy: "the only Service is a ClusterIP",
    change: spec("Service", (service) => (service.externalIPs = ["203.0.113.1"])),
  },
  {
    control: "cluster-ip",
    without: "ports of the pod's own",
    caughtBy: "the pod takes no port",
    change: pod((copy) => Object.assign((containerOf(copy, "nginx").ports as object[])[0] ?? {}, { hostPort: 8443 })),
  },
  {
    control: "cluster-ip",
    without: "a network of the pod's own",
    caughtBy: "the pod takes no port",
    change: pod((copy) => (podSpecOf(copy).hostNetwork = true)),
  },
  {
    control: "tls",
    without: "a demand for the redirect",
    caughtBy: "the Ingress demands the redirect",
    change: pod(
      (copy) =>
        delete objectNamed(copy, "Ingress").metadata.annotations?.["nginx.ingress.kubernetes.io/force-ssl-redirect"],
    ),
  },
  {
    control: "tls",
    without: "TLS for every host",
    caughtBy: "the Ingress demands the redirect",
    change: spec("Ingress", (ingress) => (ingress.tls as object[]).pop()),
  },
  {
    control: "secrets",
    without: "manifests free of secrets",
    caughtBy: "no secret is in a ConfigMap",
    change: (objects, stack) =>
      changed(objects, (copy) => {
        objectNamed(copy, "Deployment").metadata.annotations = { password: logInOf(stack.original, "viewer").password };
      }),
  },
  ...isolation,
  ...restricted,
];
