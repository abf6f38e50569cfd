import { describe, expect, test } from "vitest";
import { parseQuantity, planVolumes } from "../../../local/pod/volumes";
import type { PodSpec, VolumeSpec } from "../../../local/pod/podSpec";
import { configMap, secret } from "./workload";

const OBJECTS = [
  secret("users", { ana: "pw", ben: "pw2" }),
  configMap("scripts", { "start.py": "pass" }),
  { ...secret("encoded", {}), stringData: undefined, data: { key: Buffer.from([0, 255]).toString("base64") } },
];

function plan(volume: Omit<VolumeSpec, "name">, securityContext?: PodSpec["securityContext"]) {
  const spec: PodSpec = { containers: [], volumes: [{ name: "v", ...volume }], securityContext };
  return planVolumes(spec, OBJECTS, "flower")[0]!;
}

function files(volume: Omit<VolumeSpec, "name">, securityContext?: PodSpec["securityContext"]) {
  const planned = plan(volume, securityContext);
  if (planned.kind !== "files") throw new Error("no files");
  return planned.files.map(({ path, mode, content }) => [path, mode.toString(8), content.toString("latin1")]);
}

describe("a volume of files", () => {
  test("has every key of a Secret, readable by all unless a mode is given", () => {
    expect(files({ secret: { secretName: "users" } })).toEqual([
      ["ana", "644", "pw"],
      ["ben", "644", "pw2"],
    ]);
  });

  test("has the mode that is given, and what the pod's group needs on top", () => {
    expect(files({ secret: { secretName: "users", defaultMode: 0o400 } }, { fsGroup: 1000 })[0]).toEqual([
      "ana",
      "440",
      "pw",
    ]);
  });

  test("has only the items that are named, where they are wanted", () => {
    const items = [{ key: "ben", path: "a/b", mode: 0o600 }];
    expect(files({ secret: { secretName: "users", items } })).toEqual([["a/b", "600", "pw2"]]);
  });

  test("has the bytes of encoded data", () => {
    expect(files({ secret: { secretName: "encoded" } })).toEqual([["key", "644", "\u0000ÿ"]]);
  });

  test("can be a ConfigMap", () => {
    expect(files({ configMap: { name: "scripts" } })).toEqual([["start.py", "644", "pass"]]);
  });

  test("is empty if it is optional and its object is not there", () => {
    expect(files({ secret: { secretName: "none", optional: true } })).toEqual([]);
  });

  test.each([
    ["object", { secret: { secretName: "none" } }, 'the Secret "flower/none"'],
    ["key", { configMap: { name: "scripts", items: [{ key: "no", path: "no" }] } }, 'the key "no"'],
  ])("names the %s that is missing", (_what, volume, message) => {
    expect(() => plan(volume)).toThrow(message);
  });

  test.each(["../x", "/x", "a/../../x", ""])("refuses the path %j, which would lead out of it", (path) => {
    expect(() => plan({ secret: { secretName: "users", items: [{ key: "ana", path }] } })).toThrow("must be relative");
  });
});

test("a claim is the volume of its name, if it was rendered", () => {
  const persistentVolumeClaim = { claimName: "history" };
  expect(() => plan({ persistentVolumeClaim })).toThrow('the PersistentVolumeClaim "flower/history": not found');
  const claim = { ...secret("history", {}), kind: "PersistentVolumeClaim" };
  const spec: PodSpec = { containers: [], volumes: [{ name: "v", persistentVolumeClaim }] };
  expect(planVolumes(spec, [claim], "flower")).toEqual([{ kind: "claim", name: "v", claim: "history" }]);
});

test("an empty volume is memory of the given size", () => {
  expect(plan({ emptyDir: { medium: "Memory", sizeLimit: "16Mi" } })).toEqual({
    kind: "memory",
    name: "v",
    bytes: 16777216,
  });
});

test.each([
  ["512", 512],
  ["1k", 1000],
  ["1.5Ki", 1536],
  ["2Gi", 2147483648],
  [undefined, undefined],
])("the quantity %s is %s bytes", (text, bytes) => {
  expect(parseQuantity(text)).toBe(bytes);
});

test.each(["", "Mi", "1 Mi", "-1", "1Mib"])("%j is no quantity", (text) => {
  expect(() => parseQuantity(text)).toThrow("cannot read the quantity");
});
