import { describe, expect, test } from "vitest";
import { judge, objectsOf, RULES, UNKNOWN, type Judgement } from "../../policy/index";
import { readObjects } from "../../policy/yaml/read";
import { broken, fixture, undecided } from "./fixtures";

type Values = Record<string, unknown> & { readonly kind: string };

/** The fixture that keeps every rule, with something put into one of its objects. */
function hardened(kind = "", path: readonly (string | number)[] = [], value?: unknown): Values[] {
  return readObjects(fixture("hardened.yaml"), "text").map(({ root }) => {
    const object = structuredClone(root.value) as Values;
    return object.kind === kind ? (put(object, path, value) as Values) : object;
  });
}

function put(value: unknown, [key, ...rest]: readonly (string | number)[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = put(copy[key], rest, replacement);
  return copy;
}

function judged(...values: readonly object[]): Judgement {
  return judge(values.flatMap((value) => objectsOf(value, { origin: { name: "program" } })));
}

function service(spec: object, namespace: unknown = "tools"): object {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "queues", namespace }, spec };
}

function ingress(spec: object, namespace: unknown = "tools"): object {
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "queues", namespace }, spec };
}

function leadingTo(name: unknown): object {
  return { rules: [{ http: { paths: [{ backend: { service: { name, port: { number: 443 } } } }] } }] };
}

const FLOWER = { app: "flower" };
const POD_RULES = RULES.map(({ id }) => id).filter((id) => id !== "tls");

describe("a workload", () => {
  test.each([
    ["containers", ["spec", "template", "spec", "containers"]],
    ["a container", ["spec", "template", "spec", "containers", 0]],
    ["sidecars", ["spec", "template", "spec", "initContainers"]],
    ["a template", ["spec", "template"]],
    ["a spec", ["spec"]],
  ])("with %s that only the deployment knows leaves every rule about pods undecided", (_, path) => {
    const judgement = judged(...hardened("Deployment", path, UNKNOWN));

    expect(judgement.flowers).toBe(0);
    expect(undecided(judgement)).toEqual(POD_RULES);
    expect(broken(judgement)).toEqual([]);
  });

  test("is told from what else has a spec that is not known", () => {
    expect(judged({ apiVersion: "example.com/v1", kind: "Queue", spec: UNKNOWN }).findings).toEqual([]);
  });
});

describe("beside a Flower that keeps every rule", () => {
  const plain = ingress(leadingTo("flower"), UNKNOWN);

  test.each([
    [
      "a LoadBalancer with an unknown selector",
      service({ type: "LoadBalancer", selector: { app: UNKNOWN } }),
      "cluster-ip",
    ],
    [
      "a LoadBalancer in an unknown namespace",
      service({ type: "LoadBalancer", selector: FLOWER }, UNKNOWN),
      "cluster-ip",
    ],
    ["a Service of an unknown type", service({ type: UNKNOWN, selector: FLOWER }), "cluster-ip"],
    ["an Ingress without TLS to an unknown Service", ingress(leadingTo(UNKNOWN)), "tls"],
    ["an Ingress without TLS in an unknown namespace", plain, "tls"],
    ["an Ingress of which nothing is known", ingress(UNKNOWN as never), "tls"],
  ])("%s leaves one rule undecided", (_, other, id) => {
    const judgement = judged(...hardened(), other);

    expect(undecided(judgement)).toContain(id);
    expect(broken(judgement)).toEqual([]);
  });

  test.each([
    ["a ClusterIP Service with an unknown selector", service({ selector: { app: UNKNOWN } })],
    [
      "a LoadBalancer of other pods in an unknown namespace",
      service({ type: "LoadBalancer", selector: { app: "web" } }, UNKNOWN),
    ],
    ["an Ingress with TLS to an unknown Service", ingress({ ...leadingTo(UNKNOWN), tls: [{ secretName: "x" }] })],
  ])("%s is no matter", (_, other) => {
    expect(undecided(judged(...hardened(), other))).toEqual([]);
  });
});

test("without a Flower nothing is said of what leads to who knows where", () => {
  const objects = [service({ type: "LoadBalancer", selector: { app: UNKNOWN } }), ingress(leadingTo(UNKNOWN))];

  expect(judged(...objects).findings).toEqual([]);
});

test("an IngressRoute to a TraefikService that is not among the objects leaves tls undecided", () => {
  const spec = { routes: [{ services: [{ name: "shared", kind: "TraefikService" }] }] };
  const route = { apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute", metadata: { name: "x" }, spec };

  expect(undecided(judged(...hardened(), route))).toEqual(["tls"]);
});

describe("two objects of one kind, namespace and name", () => {
  test.each([
    ["ConfigMap", "flower-settings", ["data", "FLOWER_READ_ONLY"], "false", "authentication"],
    ["NetworkPolicy", "flower", ["spec", "policyTypes"], ["Ingress"], "isolation"],
    ["PersistentVolumeClaim", "flower-data", ["spec", "storageClassName"], "x", "persistence"],
  ])("leave undecided what depends on the %s if they differ", (kind, name, path, value, id) => {
    const twins = hardened(kind, path, value).filter((each) => each.kind === kind);
    const told = judged(...hardened(), ...twins).findings.filter(
      ({ verdict, rule }) => verdict === "unknown" && rule.id === id,
    );

    expect(told.map(({ message }) => message)).toContain(`two of the name ${kind} tools/${name} differ`);
  });

  test("are one if they are the same", () => {
    expect(undecided(judged(...hardened(), ...hardened()))).toEqual([]);
  });
});
