import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { policies, RULES, UNDECIDED } from "../../policy/index";
import { readObjects } from "../../policy/yaml/read";
import { Analyzer, type Diagnostic, type Registered } from "./analyzer";
import { fixture } from "./fixtures";

/** How the engine writes an unknown text: sdk/go/common/resource/plugin/rpc.go. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let pack: Analyzer;

beforeAll(async () => {
  pack = await Analyzer.start(join(__dirname, "..", "..", "policy"));
});
afterAll(() => pack.stop());

/** The resources of a program that makes these objects. */
function resourcesOf(text: string): Registered[] {
  return readObjects(text, "text").map(({ apiVersion, kind, root }) => ({
    type: `kubernetes:${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`,
    name: root.at("metadata", "name").text ?? "",
    properties: root.value as Record<string, unknown>,
  }));
}

async function previewOf(text: string): Promise<readonly Diagnostic[]> {
  return pack.preview(resourcesOf(text));
}

const names = (diagnostics: readonly Diagnostic[]): string[] =>
  [...new Set(diagnostics.map((each) => each.policyname))].sort();

describe("the pack, served as the engine starts it", () => {
  test("has every rule with a description, a level and a schema", async () => {
    const info = await pack.info();

    expect(info.name).toBe("secure-flower");
    expect(info.policiesList.map(({ name }) => name)).toEqual([...RULES.map(({ id }) => id), UNDECIDED]);
    for (const { name, configschema, description } of info.policiesList) {
      expect(description).toMatch(/^[A-Z].{15,}\.$/);
      if (name !== UNDECIDED) expect(JSON.stringify(configschema)).toContain("allow");
    }
  });

  test("reports nothing of a program that keeps every rule", async () => {
    expect(await previewOf(fixture("hardened.yaml"))).toEqual([]);
  });

  test("reports what is broken by object, with what to write", async () => {
    const diagnostics = await previewOf(fixture("found/just-to-check-something.yaml"));
    const service = diagnostics.find(({ urn }) => urn.includes("Service"));

    expect(names(diagnostics)).toEqual([
      "cluster-ip",
      "isolation",
      "loopback",
      "pod",
      "pod-hardening",
      "read-only",
      "secrets",
      "version",
      "version-digest",
    ]);
    expect(service).toMatchObject({
      policyname: "cluster-ip",
      message: expect.stringMatching(/LoadBalancer.*Set the Service's spec.type to ClusterIP/s),
    });
    expect(JSON.stringify(diagnostics)).not.toContain("s3cr3t");
  });

  test("tells in a preview what it cannot judge yet, and stops nothing for it", async () => {
    const resources = resourcesOf(
      fixture("hardened.yaml")
        .replace("value: 127.0.0.1", `value: ${UNKNOWN_TEXT}`)
        .replace("ports: [{ protocol: TCP, port: 8443 }]", ""),
    );
    const diagnostics = await pack.analyzeStack(resources);

    expect(names(diagnostics)).toEqual([UNDECIDED]);
    expect(diagnostics.map(({ message }) => message).join()).toMatch(
      /loopback, secrets could not be judged for Deployment tools\/flower: .*env\[0\].*known only after the deployment/,
    );
  });

  test("tells of a workload of which nothing is known in one line", async () => {
    const properties = { metadata: { name: "web" }, spec: UNKNOWN_TEXT };
    const diagnostics = await pack.analyzeStack([{ type: "kubernetes:apps/v1:Deployment", name: "web", properties }]);

    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /loopback, cluster-ip, .*persistence could not be judged for Deployment default\/web: spec .*known/,
      ),
    ]);
  });

  test("takes parameters from the pack's configuration", async () => {
    await pack.configure("cluster-ip", { allow: ["default/flower-*"] });

    expect(names(await previewOf(fixture("found/just-to-check-something.yaml")))).not.toContain("cluster-ip");
    await pack.configure();
  });

  test("is not upset by components, other providers, patches and Lists", async () => {
    const list = {
      apiVersion: "v1",
      kind: "List",
      items: readObjects(fixture("found/onlinejudge-chart.yaml"), "x").map(({ root }) => root.value),
    };
    const others: Registered[] = [
      { type: "kubernetes:helm.sh/v4:Chart", name: "chart", properties: { values: { flower: true } } },
      {
        type: "kubernetes:apps/v1:DeploymentPatch",
        name: "patch",
        properties: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          spec: { template: { spec: { containers: [{ name: "flower", image: "mher/flower" }] } } },
        },
      },
      { type: "aws:s3/bucket:Bucket", name: "bucket", properties: { acl: "public-read" } },
      { type: "secure-flower:index:FlowerDashboard", name: "queues", properties: {} },
      { type: "kubernetes:apps/v1:Deployment", name: "odd", properties: { apiVersion: "apps/v1", kind: "Deployment" } },
    ];

    expect([...(await pack.preview(others))]).toEqual([]);
    expect(
      names(await pack.analyzeStack([{ type: "kubernetes:core/v1:List", name: "list", properties: list }])),
    ).toContain("loopback");
  });
});

test("one rule of the pack can be taken into a pack of one's own", () => {
  const [only, undecided] = policies(RULES.filter(({ id }) => id === "tls"));

  expect([only?.name, undecided?.name]).toEqual(["tls", UNDECIDED]);
});
