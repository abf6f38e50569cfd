import { describe, expect, test } from "vitest";
import { full, minimal } from "../arguments";
import { type Container, everyContainer, fullReferences, type Loose, type Pod, podOf, references } from "./references";

/** The controls of Pod Security `restricted`, and what this component asks of itself beyond. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const POD: readonly (readonly [string, (pod: Loose<Pod>) => unknown])[] = [
  ["no host namespace", (pod) => ![pod.hostNetwork, pod.hostPID, pod.hostIPC].some(Boolean)],
  [
    "no volume of the host",
    ({ volumes }) =>
      volumes?.every((each) => each.configMap ?? each.secret ?? each.emptyDir ?? each.persistentVolumeClaim),
  ],
  ["a user that is not root", ({ securityContext: own }) => own?.runAsNonRoot && own.runAsUser! > 0],
  ["a group that is not root", ({ securityContext: own }) => own && own.runAsGroup! > 0 && own.fsGroup! > 0],
  ["the runtime's seccomp profile", ({ securityContext: own }) => own?.seccompProfile?.type === "RuntimeDefault"],
  ["no sysctl, no SELinux option", ({ securityContext: own }) => !own?.sysctls && !own?.seLinuxOptions],
  ["no token of a service account", (pod) => pod.automountServiceAccountToken === false],
  ["no service links, of which FLOWER_PORT would crash Flower", (pod) => pod.enableServiceLinks === false],
  ["time to end gracefully", (pod) => pod.terminationGracePeriodSeconds! >= 30],
];

const CONTAINER: readonly (readonly [string, (container: Loose<Container>) => unknown])[] = [
  ["no privilege escalation", ({ securityContext: own }) => own?.allowPrivilegeEscalation === false],
  ["not privileged", ({ securityContext: own }) => !own?.privileged],
  ["no capability", ({ securityContext: own }) => own?.capabilities?.drop?.includes("ALL") && !own.capabilities.add],
  ["a root that is read-only", ({ securityContext: own }) => own?.readOnlyRootFilesystem],
  ["a user that is not root", ({ securityContext: own }) => own?.runAsUser !== 0 && own?.runAsNonRoot !== false],
  ["no seccomp profile of its own", ({ securityContext: own }) => own?.seccompProfile === undefined],
  ["no port of the host", ({ ports = [] }) => ports.every(({ hostPort, hostIP }) => !hostPort && !hostIP)],
  [
    "probes that name no host",
    (each) => ![each.startupProbe, each.readinessProbe, each.livenessProbe].some((probe) => probe?.httpGet?.host),
  ],
  ["a request and a limit of memory", ({ resources }) => resources?.requests?.memory && resources.limits?.memory],
  ["a request of processor time", ({ resources }) => resources?.requests?.cpu],
  ["its last words in the termination message", (each) => each.terminationMessagePolicy === "FallbackToLogsOnError"],
];

describe.each([
  ["viewers only", minimal, references],
  ["every member", full, fullReferences],
])("the pod of a dashboard with %s", (_, args, refs) => {
  const pod = podOf(args, refs);

  test.each(POD)("has %s", (_control, holds) => {
    expect(holds(pod)).toBeTruthy();
  });

  const containers = everyContainer(pod);

  test.each(containers.map(({ name }) => name))("has in its container %s every control", (name) => {
    const container = containers.find((each) => each.name === name)!;
    expect(CONTAINER.filter(([, holds]) => !holds(container)).map(([control]) => control)).toEqual([]);
  });
});
