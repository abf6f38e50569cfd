import { describe, expect, test } from "vitest";
import { planPod, type ContainerPlan } from "../../../local/pod";
import { container, deployment, RECIPE, secret } from "./workload";

const ADDRESSES = { pod: "192.0.2.10", node: "192.0.2.1" };

function plan(pod: Record<string, unknown>) {
  return planPod(
    [deployment(pod), secret("s", { k: "v" })],
    (image) => (/nginx/.test(image) ? RECIPE : undefined),
    ADDRESSES,
  );
}

function planOne(fields: Record<string, unknown>, pod: Record<string, unknown> = {}): ContainerPlan {
  return plan({ containers: [container(fields)], ...pod }).containers[0]!;
}

describe("a container's plan", () => {
  test("is the command and its arguments, with variables expanded", () => {
    expect(planOne({ command: ["a", "$(X)"], args: ["$(Y)"], env: [{ name: "X", value: "1" }] }).argv).toEqual([
      "a",
      "1",
      "$(Y)",
    ]);
  });

  test("has the manifest's environment, the image's and what every container has, and nothing else", () => {
    const env = [{ name: "PATH", value: "/mine" }];
    expect(planOne({}).environment).toEqual({ PATH: "/usr/sbin:/usr/bin:/bin", HOSTNAME: "queues-0", HOME: "/" });
    expect(planOne({ env }).environment.PATH).toBe("/mine");
  });

  test.each([
    ["the image's user", {}, {}, { uid: 101, gid: 101, groups: [] }],
    ["the pod's user", {}, { runAsUser: 1000, runAsGroup: 1001 }, { uid: 1000, gid: 1001, groups: [] }],
    ["its own user", { runAsUser: 7 }, { runAsUser: 1000 }, { uid: 7, gid: 101, groups: [] }],
    ["the pod's groups", {}, { fsGroup: 5, supplementalGroups: [6] }, { uid: 101, gid: 101, groups: [5, 6] }],
  ])("runs as %s", (_what, own, pod, user) => {
    expect(planOne({ securityContext: own }, { securityContext: pod })).toMatchObject(user);
  });

  test("is refused as root where the pod must not run as root", () => {
    const pod = { securityContext: { runAsNonRoot: true } };
    expect(() => planOne({ securityContext: { runAsUser: 0 } }, pod)).toThrow("would run as root");
  });

  test("mounts Secrets read-only whatever the manifest says, and outer paths before inner ones", () => {
    const volumes = [
      { name: "s", secret: { secretName: "s" } },
      { name: "m", emptyDir: { medium: "Memory" } },
    ];
    const volumeMounts = [
      { name: "s", mountPath: "/run/inner", readOnly: false },
      { name: "m", mountPath: "/run" },
    ];
    expect(planOne({ volumeMounts }, { volumes }).mounts).toEqual([
      { volume: "m", path: "/run", readOnly: false },
      { volume: "s", path: "/run/inner", readOnly: true },
    ]);
  });

  test("stops by the signal of the image unless another one is given", () => {
    expect(planOne({}).stopSignal).toBe("SIGQUIT");
    expect(planOne({ lifecycle: { stopSignal: "SIGTERM" } }).stopSignal).toBe("SIGTERM");
  });

  test("is refused for an image that nothing stands in for", () => {
    expect(() => planOne({ image: "busybox" })).toThrow('stands in for the image "busybox"');
  });

  test("is refused if it leaves the command to an image that is not there", () => {
    expect(() => planOne({ command: undefined })).toThrow("its image's entry point");
  });
});

test("a pod with fields that cannot be honoured is refused with all of them", () => {
  expect(() => plan({ hostIPC: true, hostPID: true, containers: [container()] })).toThrow(
    "template.spec.hostIPC: true\n  template.spec.hostPID: true",
  );
});

test("a program must render one Deployment", () => {
  expect(() => planPod([], () => RECIPE, ADDRESSES)).toThrow("the program renders 0");
});
