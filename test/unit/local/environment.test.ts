import { describe, expect, test } from "vitest";
import { containerEnvironment, expandVariables, type PodIdentity } from "../../../local/pod/environment";
import type { KubernetesObject } from "../../../local/pod";
import type { EnvVar } from "../../../local/pod/podSpec";
import { configMap, secret } from "./workload";

const POD: PodIdentity = {
  name: "queues-0",
  namespace: "flower",
  address: "192.0.2.10",
  nodeAddress: "192.0.2.1",
  labels: { app: "queues" },
};
const OBJECTS = [secret("broker", { url: "redis://:pw@host/0" }), configMap("words", { greeting: "hello" })];

function environment(env: EnvVar[], objects: KubernetesObject[] = OBJECTS, links = false): Record<string, string> {
  return containerEnvironment({ name: "main", image: "nginx", env }, objects, POD, links);
}

describe("a container's environment", () => {
  test.each<[string, EnvVar, string | undefined]>([
    ["a plain value", { name: "X", value: "1" }, "1"],
    ["no value at all, which is the empty one", { name: "X" }, ""],
    [
      "a key of a Secret",
      { name: "X", valueFrom: { secretKeyRef: { name: "broker", key: "url" } } },
      "redis://:pw@host/0",
    ],
    [
      "a key of a ConfigMap",
      { name: "X", valueFrom: { configMapKeyRef: { name: "words", key: "greeting" } } },
      "hello",
    ],
    [
      "an optional key that is not there",
      { name: "X", valueFrom: { secretKeyRef: { name: "no", key: "n", optional: true } } },
      undefined,
    ],
    ["the pod's address", { name: "X", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }, "192.0.2.10"],
    ["a label of the pod", { name: "X", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }, "queues"],
  ])("has %s", (_what, variable, value) => {
    expect(environment([variable])).toEqual(value === undefined ? {} : { X: value });
  });

  test("refers to variables before, not to later ones", () => {
    const variables = [
      { name: "A", value: "$(B)" },
      { name: "B", value: "b" },
      { name: "C", value: "$(B)$(B)" },
    ];
    expect(environment(variables)).toEqual({ A: "$(B)", B: "b", C: "bb" });
  });

  test("does not expand what comes from a Secret", () => {
    const objects = [secret("broker", { url: "$(A)" })];
    const variables = [
      { name: "A", value: "a" },
      { name: "B", valueFrom: { secretKeyRef: { name: "broker", key: "url" } } },
    ];
    expect(environment(variables, objects).B).toBe("$(A)");
  });

  test("names the key and the Secret that are missing", () => {
    const missing = { name: "X", valueFrom: { secretKeyRef: { name: "broker", key: "uri" } } };
    expect(() => environment([missing])).toThrow('the key "uri" of the Secret "flower/broker"');
  });

  test("does not look into another namespace", () => {
    const elsewhere = { ...secret("s", { k: "v" }), metadata: { name: "s", namespace: "other" } };
    expect(() =>
      environment([{ name: "X", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }], [elsewhere]),
    ).toThrow();
  });

  test("takes whole objects in, with a prefix, and lets single variables win", () => {
    const container = {
      name: "main",
      image: "nginx",
      envFrom: [{ prefix: "P_", configMapRef: { name: "words" } }, { secretRef: { name: "none", optional: true } }],
      env: [{ name: "P_greeting", value: "hi" }],
    };
    expect(containerEnvironment(container, OBJECTS, POD, false)).toEqual({ P_greeting: "hi" });
  });

  test("has the links to Services that crash Flower, if the pod asks for them", () => {
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "flower", namespace: "flower" },
      spec: { ports: [{ port: 443 }] },
    };
    expect(environment([], [service], true)).toMatchObject({ FLOWER_PORT: "tcp://192.0.2.200:443" });
    expect(environment([], [service], false)).toEqual({});
  });
});

test.each([
  ["$(A)", "a"],
  ["x$(A)y$(A)", "xaya"],
  ["$$(A)", "$(A)"],
  ["$(NONE)", "$(NONE)"],
  ["$A", "$A"],
  ["$(A", "$(A"],
])("%s in a command becomes %s", (text, expanded) => {
  expect(expandVariables(text, { A: "a" })).toBe(expanded);
});
