import { env, FLOWER, inPod, NGINX, POD, type Change } from "./change";

const SECURITY = [...FLOWER, "securityContext"] as const;
export const POD_SECURITY: readonly Change[] = [
  inPod("a privileged container", [...SECURITY, "privileged"], true, { says: /privileged/ }),
  inPod("the node's processes", [...POD, "hostPID"], true),
  inPod("a folder of the node", [...POD, "volumes", 2], { name: "x", hostPath: { path: "/" } }, { says: /hostPath/ }),
  inPod("root", [...POD, "securityContext", "runAsUser"], 0),
  inPod("nobody who says it is not root", [...POD, "securityContext", "runAsNonRoot"]),
  inPod("no seccomp profile", [...POD, "securityContext", "seccompProfile"]),
  inPod("an unconfined seccomp profile", [...SECURITY, "seccompProfile"], { type: "Unconfined" }),
  inPod("privileges to gain", [...SECURITY, "allowPrivilegeEscalation"]),
  inPod("capabilities kept", [...SECURITY, "capabilities"], {}),
  inPod("capabilities added", [...SECURITY, "capabilities", "add"], ["SYS_PTRACE"]),
  inPod("an SELinux user", [...POD, "securityContext", "seLinuxOptions"], { user: "system_u" }),
  inPod("no AppArmor profile", [...SECURITY, "appArmorProfile"], { type: "Unconfined" }),
  inPod("an unsafe sysctl", [...POD, "securityContext", "sysctls"], [{ name: "kernel.msgmax", value: "1" }]),
  inPod("a procMount", [...SECURITY, "procMount"], "Unmasked"),
  inPod("a probe of another host", [...NGINX, "readinessProbe", "tcpSocket", "host"], "169.254.169.254"),
  inPod(
    "an init container that is root",
    [...POD, "initContainers"],
    [
      {
        name: "init",
        image: `x@sha256:${"a".repeat(64)}`,
        securityContext: { readOnlyRootFilesystem: true, runAsUser: 0 },
      },
    ],
  ),
  inPod("a low port", [...SECURITY, "capabilities", "add"], ["NET_BIND_SERVICE"], { keeps: true }),
];

export const HARDENING: readonly Change[] = [
  inPod("a token", [...POD, "automountServiceAccountToken"]),
  inPod("service links", [...POD, "enableServiceLinks"], true),
  inPod("a writable root", [...SECURITY, "readOnlyRootFilesystem"], false),
];

const DIGEST = "a".repeat(64);
export const VERSION: readonly Change[] = [
  inPod("an older tag", [...FLOWER, "image"], `mher/flower:2.1.0@sha256:${DIGEST}`, { says: /2\.1\.0/ }),
  inPod("a tag that says nothing", [...FLOWER, "image"], `mher/flower:latest@sha256:${DIGEST}`),
  inPod("an image of one's own", [...FLOWER, "image"], `registry.example.com:5000/web:9@sha256:${DIGEST}`),
  inPod("a newer tag", [...FLOWER, "image"], `docker.io/mher/flower:v3.0@sha256:${DIGEST}`, { keeps: true }),
];

export const PINNED: readonly Change[] = [
  inPod("a tag alone", [...FLOWER, "image"], "mher/flower:2.2.0"),
  inPod("a sidecar without a digest", [...NGINX, "image"], "nginxinc/nginx-unprivileged:1.30"),
];

export const PERSISTENCE: readonly Change[] = [
  {
    what: "the cluster's default class",
    kind: "PersistentVolumeClaim",
    path: ["spec", "storageClassName"],
    says: /storageClassName/,
  },
  inPod(
    "memory of the node",
    [...POD, "volumes", 0],
    { name: "data", emptyDir: {} },
    { says: /no PersistentVolumeClaim/ },
  ),
  inPod("no volume", [...FLOWER, "volumeMounts"], [], { says: /no volume/ }),
  inPod("a rolling update", ["spec", "strategy", "type"], "RollingUpdate", { says: /Recreate/ }),
  inPod("two replicas", ["spec", "replicas"], 2),
  inPod("no history at all", [...env(3), "value"], "false", { keeps: true }),
];
