import { describe, expect, test } from "vitest";
import type { SecretKey } from "../../../../components/build/flower";
import { networkPolicySpec } from "../../../../components/build/networkPolicy";
import { scripts } from "../../../../components/build/scripts";
import { serviceSpec } from "../../../../components/build/service";
import { changed, full, minimal, modelOf, signInFully, withAdmin } from "../arguments";
import { type Container, deploymentOf, everyContainer, fullReferences, podOf, references } from "./references";

const MOUNTED_SECRETS = ["server-tls", "viewer-users", "viewer-cookie"];
const MEMORY = ["static", "logins", "nginx-tmp", "prepare-tmp", "viewer-tmp"];

describe("the Deployment", () => {
  test("has one replica, replaced without a gap, within bounded time", () => {
    expect(deploymentOf()).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: { "app.kubernetes.io/name": "flower", "app.kubernetes.io/instance": "queues" } },
    });
  });

  test("selects what its pods are labelled with, whatever labels the user adds", () => {
    const { selector, template } = deploymentOf(changed(minimal, { "pod.labels": { team: "data" } }));
    expect(template.metadata.labels).toEqual({
      team: "data",
      ...selector.matchLabels,
      "app.kubernetes.io/managed-by": "pulumi",
      "app.kubernetes.io/part-of": "secure-flower",
    });
  });

  test("rolls its pod when the configuration or the rotation changes, and not else", () => {
    const annotations = (args: typeof minimal, configuration?: string[]) =>
      deploymentOf(args, references, configuration).template.metadata.annotations;
    const before = annotations(minimal);
    expect(annotations(minimal)).toEqual(before);
    expect(before).toEqual({ "secure-flower/rotation": "1", "secure-flower/configuration": expect.any(String) });
    expect(before["secure-flower/configuration"]).toMatch(/^[0-9a-f]{16}$/);
    expect(annotations(changed(minimal, { rotation: 2 }))["secure-flower/rotation"]).toBe("2");
    expect(annotations(minimal, ["conf", ""])).not.toEqual(before);
    expect(annotations(minimal, ["co", "nf"])).not.toEqual(before);
    expect(annotations(changed(minimal, { "pod.annotations": { "secure-flower/rotation": "x" } }))).toEqual(before);
  });
});

describe("the pod", () => {
  test.each([
    ["viewers only", minimal, references, ["flower-viewer", "nginx"]],
    ["admins too", withAdmin, fullReferences, ["flower-viewer", "flower-admin", "nginx"]],
  ])("has these containers: %s", (_, args, refs, names) => {
    const pod = podOf(args, refs);
    expect(pod.initContainers.map(({ name }) => name)).toEqual(["prepare"]);
    expect(pod.containers.map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ["viewers only", minimal, references, MOUNTED_SECRETS, MEMORY],
    [
      "everything",
      full,
      fullReferences,
      [
        "server-tls",
        "server-ca",
        "viewer-users",
        "admin-users",
        "viewer-cookie",
        "admin-cookie",
        "broker-ca",
        "broker-client",
      ],
      [...MEMORY, "admin-tmp"],
    ],
  ])("has these volumes, and writes to memory only: %s", (_, args, refs, secrets, memory) => {
    const volumes = podOf(args, refs).volumes;
    const kind = (member: "configMap" | "secret" | "emptyDir") =>
      volumes.filter((volume) => (volume[member] as unknown) !== undefined);
    expect(kind("configMap").map(({ name }) => name)).toEqual(["nginx-config", "flower-scripts"]);
    expect(kind("secret").map(({ name }) => name)).toEqual(secrets);
    expect(kind("secret").every(({ secret }) => secret.defaultMode === 0o440)).toBe(true);
    expect(kind("emptyDir").map(({ name }) => name)).toEqual(memory);
    expect(kind("emptyDir").every(({ emptyDir }) => emptyDir.medium === "Memory" && emptyDir.sizeLimit !== "")).toBe(
      true,
    );
    const claims = volumes.filter((volume) => (volume.persistentVolumeClaim as unknown) !== undefined);
    expect(claims.map(({ name }) => name)).toEqual(args.persistence === undefined ? [] : ["history"]);
    expect(volumes).toHaveLength(2 + secrets.length + memory.length + claims.length);
  });

  test("takes of the Secret of a CA no private key, and of a client certificate's only the two files", () => {
    const keys = (args: typeof full, name: string) =>
      podOf(args, fullReferences)
        .volumes.find((volume) => volume.name === name)
        ?.secret.items.map(({ key, path }) => [key, path]);
    expect(keys(full, "broker-ca")).toEqual([["ca.crt", "ca.crt"]]);
    expect(keys(signInFully, "oauth-ca")).toEqual([["ca.crt", "ca.crt"]]);
    expect(keys(full, "broker-client")).toEqual(["tls.crt", "tls.key"].map((key) => [key, key]));
  });

  test("is told by a label from the pods of another CA, and by nothing else that Deployment and Service select", () => {
    const [one, other] = ["queues-ca-1", "queues-ca-2"].map((authority) =>
      deploymentOf(full, { ...references, authority }),
    );
    expect(one!.selector.matchLabels).not.toEqual(other!.selector.matchLabels);
    for (const { selector, template } of [one!, other!]) {
      expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    }
    expect(serviceSpec("queues", "queues-ca-2", true).selector).toEqual(other!.selector.matchLabels);
    const { podSelector } = networkPolicySpec(modelOf(full)) as { podSelector: { matchLabels: object } };
    expect(one!.template.metadata.labels).toMatchObject(podSelector.matchLabels);
    expect(other!.template.metadata.labels).toMatchObject(podSelector.matchLabels);
  });

  test("refers to every object by the name that it got", () => {
    const text = JSON.stringify(podOf(full, fullReferences));
    // The CA's certificate comes with the pod's own; its ConfigMap's name is in a label.
    const mounted = Object.entries(fullReferences).filter(([part]) => part !== "authority");
    const names = mounted.flatMap(([, each]: [string, string | SecretKey | undefined]) =>
      typeof each === "object" ? each.name : (each ?? []),
    );
    expect(names.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
  });

  test.each([
    ["viewers only", minimal, references],
    ["everything", full, fullReferences],
  ])(
    "mounts only volumes that it has, each of them, and writes nowhere but to memory and the history: %s",
    (_, args, refs) => {
      const pod = podOf(args, refs);
      const mounts = everyContainer(pod).flatMap(({ volumeMounts }) => volumeMounts);
      const volumes = pod.volumes;
      expect(new Set(mounts.map(({ name }) => name))).toEqual(new Set(volumes.map(({ name }) => name)));
      const writable = mounts.filter(({ readOnly }) => !readOnly).map(({ name }) => name);
      expect(
        writable.filter(
          (name) =>
            name !== "history" &&
            !volumes.some((volume) => volume.name === name && (volume.emptyDir as unknown) !== undefined),
        ),
      ).toEqual([]);
    },
  );

  test.each([
    ["prepare", { "/srv/static": false, "/run/logins": false, "/tmp": false }],
    ["flower-viewer", { "/tmp": false }],
    ["nginx", { "/srv/static": true, "/run/logins": true, "/etc/nginx/tls": true, "/tmp": false }],
  ])("gives %s these places", (name, places) => {
    const mounts = everyContainer(podOf()).find((each) => each.name === name)?.volumeMounts ?? [];
    const readOnly = Object.fromEntries(mounts.map((mount) => [mount.mountPath, (mount.readOnly as unknown) === true]));
    expect(readOnly).toMatchObject(places);
  });

  test("gives no Flower process the other role's users, and nginx none", () => {
    const pod = podOf(full, fullReferences);
    const users = (name: string) =>
      (everyContainer(pod).find((each) => each.name === name)?.volumeMounts ?? [])
        .map((mount) => mount.name)
        .filter((volume) => volume.endsWith("-users"));
    expect(users("flower-viewer")).toEqual(["viewer-users"]);
    expect(users("flower-admin")).toEqual(["admin-users"]);
    expect(users("nginx")).toEqual([]);
  });

  test("passes the user's wishes on, and leaves out what is not wished for", () => {
    expect(podOf(full, fullReferences)).toMatchObject({
      nodeSelector: { "kubernetes.io/os": "linux" },
      tolerations: [
        { key: "dedicated", operator: "Equal", value: "tools", effect: "NoExecute", tolerationSeconds: 60 },
      ],
      affinity: { podAntiAffinity: {} },
      imagePullSecrets: [{ name: "registry" }],
      priorityClassName: "tooling",
      runtimeClassName: "gvisor",
    });
    const wishes = ["nodeSelector", "tolerations", "affinity", "imagePullSecrets", "priorityClassName"] as const;
    expect(wishes.filter((member) => (podOf()[member] as unknown) !== undefined)).toEqual([]);
  });

  test("names no password, key or URL: credentials come from Secrets by reference", () => {
    expect(JSON.stringify(podOf(full, fullReferences))).not.toMatch(
      /password|rediss?:|amqps?:|BEGIN|FLOWER_BASIC_AUTH/,
    );
  });
});

describe("a container", () => {
  const CONTAINERS = everyContainer(podOf(full, fullReferences)).map((each) => [each.name, each] as const);

  function named(name: string): Container {
    return CONTAINERS.find(([each]) => each === name)![1];
  }

  test.each([
    ["flower-viewer", "/viewer"],
    ["flower-admin", "/admin"],
    ["nginx", "/nginx"],
  ])("%s is probed through nginx: %s", (name, path) => {
    const container = named(name);
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"] as const) {
      expect(container[probe].httpGet).toEqual({ path, port: 8081, scheme: "HTTP" });
    }
  });

  test.each(CONTAINERS)("%s takes no argument from an image or a shell", (_, { command, args }) => {
    expect(args).toBeUndefined();
    expect(command.join(" ")).toMatch(/^(?:python3 -I \/etc\/secure-flower\/\w+\.py|nginx -e stderr -c \S+)$/);
  });

  test("of Flower has the images and bounds of its own", () => {
    expect(named("flower-viewer")).toMatchObject({
      image: full.flower?.image,
      imagePullPolicy: "IfNotPresent",
      resources: { requests: { cpu: "100m", memory: "96Mi" }, limits: { cpu: "1", memory: "1Gi" } },
    });
    expect(named("nginx")).toMatchObject({
      image: "registry.example.com/nginx:1.30",
      imagePullPolicy: "Always",
      resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
    });
  });

  test("runs only scripts that the ConfigMap has", () => {
    const files = Object.keys(scripts());
    const commands = CONTAINERS.flatMap(([, { command }]) => command);
    const run = commands.filter((word) => word.endsWith(".py")).map((word) => word.split("/").pop());
    expect(new Set(run)).toEqual(new Set(["prepare.py", "start.py"]));
    expect(files).toEqual(expect.arrayContaining(["prepare.py", "start.py"]));
  });
});
