import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge, objectsOf, Part, UNKNOWN, type KubernetesObject } from "../../policy/index";
import { readObjects } from "../../policy/yaml/read";
import { fixture, fixturesIn, undecided } from "./fixtures";

const KINDS = [
  ...[
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Pod",
    "Job",
    "CronJob",
    "Service",
    "Ingress",
    "NetworkPolicy",
    "ConfigMap",
    "Secret",
  ],
  ...[
    "List",
    "DeploymentList",
    "Gateway",
    "HTTPRoute",
    "IngressRoute",
    "Route",
    "PersistentVolumeClaim",
    "Rollout",
    "ExternalSecret",
    "SealedSecret",
    "ScaledJob",
    "TraefikService",
    "Middleware",
    "HTTPProxy",
    "FrontendConfig",
  ],
];
const VERSIONS = [
  "v1",
  "apps/v1",
  "batch/v1",
  "networking.k8s.io/v1",
  "gateway.networking.k8s.io/v1",
  "external-secrets.io/v1",
  "traefik.io/v1alpha1",
  "projectcontour.io/v1",
  "keda.sh/v1alpha1",
];
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    UNKNOWN,
    "",
    0,
    -1,
    NaN,
    true,
    [],
    {},
    [null],
    [[]],
    "flower",
    "5555",
    "__proto__",
    { toString: null },
  ),
  fc.anything({ maxDepth: 2 }),
);

/** Every place of an object, by path. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, below]) =>
      places(below, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function put(value: unknown, [key, ...rest]: readonly (string | number)[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy: Record<string | number, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as object) };
  copy[key] = put(copy[key], rest, replacement);
  return copy;
}

const objects = ["hardened.yaml", ...fixturesIn("found")].map((name) =>
  readObjects(fixture(name), name).map(({ root }) => root.value),
);

function toObjects(values: readonly unknown[]): KubernetesObject[] {
  return values.flatMap((value) => objectsOf(value, { origin: { name: "odd" } }));
}

describe("no rule stumbles", () => {
  test("over a fixture with anything in any place", () => {
    const altered = fc.constantFrom(...objects).chain((set) => {
      const all = set.flatMap((value, index) => places(value, [index]));
      return fc.tuple(
        fc.constant(set),
        fc.array(fc.tuple(fc.constantFrom(...all), odd), { minLength: 1, maxLength: 4 }),
      );
    });
    fc.assert(
      fc.property(altered, ([set, changes]) => {
        const values = changes.reduce<unknown>((value, [path, replacement]) => tryPut(value, path, replacement), set);
        expect(Array.isArray(values)).toBe(true);
        judge(toObjects(values as unknown[]));
      }),
      { numRuns: 400 },
    );
  });

  test("over objects of every kind with nothing right in them", () => {
    const object = fc.record(
      {
        apiVersion: fc.constantFrom(...VERSIONS),
        kind: fc.constantFrom(...KINDS),
        metadata: odd,
        spec: odd,
        data: odd,
        items: odd,
      },
      { requiredKeys: ["apiVersion", "kind"] },
    );
    fc.assert(
      fc.property(fc.array(object, { maxLength: 5 }), (values) => void judge(toObjects(values))),
      { numRuns: 400 },
    );
  });

  test("over Lists within Lists, and a Service that selects itself", () => {
    const list = { apiVersion: "v1", kind: "List", items: [] as unknown[] };
    list.items.push(list);
    expect(toObjects([list]).length).toBeLessThan(10);
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "flower" },
      spec: { selector: { app: "flower" } },
    };
    expect(judge(toObjects([service, service])).flowers).toBe(0);
  });
});

/** A change may have taken away what a later one is in. */
function tryPut(value: unknown, path: readonly (string | number)[], replacement: unknown): unknown {
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((below, key) => (below as Record<string | number, unknown> | null | undefined)?.[key], value);
  return typeof parent === "object" && parent !== null && path.length > 1 ? put(value, path, replacement) : value;
}

describe("what is not known", () => {
  const [hardened = []] = objects;
  const everywhere = hardened.flatMap((value, index) => places(value, [index])).filter((path) => path.length > 1);

  test("never counts as broken, wherever it is in a pod that keeps every rule", () => {
    for (const path of everywhere) {
      const values = put(hardened, path, UNKNOWN) as unknown[];
      const { findings } = judge(toObjects(values));
      const wrong = findings.filter(({ verdict, rule }) => verdict === "not live" && !isAbsence(rule.id, path));
      expect(wrong.map(({ rule, message }) => `${JSON.stringify(path)} ${rule.id}: ${message}`)).toEqual([]);
    }
  });

  test.each([
    [["spec", "template", "spec", "containers", 0, "env", 0, "value"], "loopback"],
    [["spec", "template", "spec", "containers", 0, "env", 1, "value"], "read-only"],
    [["spec", "template", "spec", "hostNetwork"], "pod"],
    [["spec", "template", "spec", "containers", 0, "image"], "version-digest"],
    [["spec", "template", "metadata", "labels", "app"], "isolation"],
    [["spec", "template", "spec", "containers", 0, "args", 0], "secrets"],
  ])("at %j leaves %s undecided", (path, id) => {
    const index = hardened.findIndex((value) => (value as { kind: string }).kind === "Deployment");
    const values = put(hardened, [index, ...path], UNKNOWN) as unknown[];

    expect(undecided(judge(toObjects(values)))).toContain(id);
  });

  test("does not hide what is known to be wrong", () => {
    const index = hardened.findIndex((value) => (value as { kind: string }).kind === "Deployment");
    const args = [UNKNOWN, "flower", "--basic_auth=ana:wonderland"];
    const values = put(hardened, [index, "spec", "template", "spec", "containers", 0, "args"], args) as unknown[];
    const found = judge(toObjects(values)).findings.filter(({ rule }) => rule.id === "secrets");

    expect(found.map(({ verdict }) => verdict).sort()).toEqual(["not live", "unknown"]);
  });
});

/** Where the object's own kind or name is unknown it is not among the objects, as far as anybody can tell. */
function isAbsence(id: string, path: readonly (string | number)[]): boolean {
  return ["kind", "apiVersion", "metadata"].includes(String(path[1])) && ["isolation", "persistence"].includes(id);
}

test("a part reads no property that an object inherits", () => {
  expect(new Part({}).at("constructor", "name").text).toBeUndefined();
});
