import { describe, expect, test } from "vitest";
import { readFields } from "../../../local/pod/honoured";
import { container, deployment } from "./workload";

const read = (pod: Record<string, unknown>) => readFields(deployment(pod).spec);
const inContainer = (fields: Record<string, unknown>) => read({ containers: [container(fields)] });
const AT = "template.spec.containers[main]";

describe("fields of a pod", () => {
  test.each([
    ["an unknown field", { magic: true }, "template.spec.magic"],
    ["the node's network", { hostNetwork: true }, "template.spec.hostNetwork: true"],
    ["another restart policy", { restartPolicy: "Never" }, 'template.spec.restartPolicy: "Never"'],
    [
      "a volume of the node",
      { volumes: [{ name: "v", hostPath: { path: "/" } }] },
      "template.spec.volumes[v].hostPath",
    ],
    [
      "memory of huge pages",
      { volumes: [{ name: "v", emptyDir: { medium: "HugePages" } }] },
      'template.spec.volumes[v].emptyDir.medium: "HugePages"',
    ],
  ])("%s is refused by its path", (_what, pod, path) => {
    expect(read({ containers: [container()], ...pod }).refused).toEqual([path]);
  });

  test.each([
    ["a port of the node", { ports: [{ containerPort: 80, hostPort: 80 }] }, `${AT}.ports[0].hostPort`],
    ["a privileged container", { securityContext: { privileged: true } }, `${AT}.securityContext.privileged: true`],
    [
      "a further capability",
      { securityContext: { capabilities: { add: ["NET_ADMIN"] } } },
      `${AT}.securityContext.capabilities.add`,
    ],
    ["an exec probe", { livenessProbe: { exec: { command: ["true"] } } }, `${AT}.livenessProbe.exec`],
    [
      "a path inside a volume that comes from a variable",
      { volumeMounts: [{ name: "v", mountPath: "/v", subPathExpr: "$(x)" }] },
      `${AT}.volumeMounts[v].subPathExpr`,
    ],
  ])("%s is refused by its path", (_what, fields, path) => {
    expect(inContainer(fields).refused).toEqual([path]);
  });

  test("all that cannot be honoured is reported at once", () => {
    const { refused } = read({ hostPID: true, containers: [container({ tty: true })], surprise: {} });
    expect(refused).toEqual(["template.spec.hostPID: true", `${AT}.tty: true`, "template.spec.surprise"]);
  });

  test("more than one replica is refused", () => {
    const spec = { ...(deployment({ containers: [container()] }).spec as object), replicas: 2 };
    expect(readFields(spec).refused).toEqual(["replicas: 2"]);
  });

  test("what has no effect on this machine is listed, not refused", () => {
    const report = inContainer({ resources: { limits: { memory: "1Gi" } }, securityContext: { seccompProfile: {} } });
    expect(report).toEqual({ refused: [], notApplied: [`${AT}.resources`, `${AT}.securityContext.seccompProfile`] });
  });

  test("what every container gets anyway is honoured", () => {
    const securityContext = {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      privileged: false,
    };
    expect(inContainer({ securityContext })).toEqual({ refused: [], notApplied: [] });
  });

  test("an absent field is no field", () => {
    expect(read({ containers: [container()], nodeSelector: undefined, hostNetwork: undefined }).refused).toEqual([]);
  });
});
