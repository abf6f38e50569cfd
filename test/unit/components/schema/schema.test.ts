import { existsSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { beforeAll, describe, expect, test } from "vitest";
import { OBJECT_PATHS } from "../../../../components/rules/members";

const ROOT = join(__dirname, "../../../..");
const ANALYZER = join(ROOT, "node_modules/@pulumi/pulumi/provider/experimental");

/** The analyzer is no public API of Pulumi; a version that has moved it is no fault of ours. */
const present = existsSync(join(ANALYZER, "analyzer.js"));
if (!present) {
  console.warn("the schema is not compared: this version of @pulumi/pulumi has its analyzer elsewhere");
}

interface Property {
  readonly description?: string;
  readonly plain?: boolean;
  readonly type?: string;
}

interface Shape {
  readonly properties: Readonly<Record<string, Property>>;
  readonly inputProperties?: Readonly<Record<string, Property>>;
}

interface Schema {
  readonly resources: Readonly<Record<string, Shape>>;
  readonly types: Readonly<Record<string, Shape>>;
}

interface Analysis {
  readonly components: unknown;
  readonly typeDefinitions: unknown;
}

/** What Pulumi infers of the component for Python, Go, C#, Java and YAML. */
async function inferSchema(): Promise<Schema> {
  const { Analyzer } = (await import(join(ANALYZER, "analyzer.js"))) as {
    Analyzer: new (folder: string, name: string, manifest: unknown, components: Set<string>) => { analyze(): Analysis };
  };
  const { generateSchema } = (await import(join(ANALYZER, "schema.js"))) as {
    generateSchema: (...parts: unknown[]) => Schema;
  };
  const analyzer = new Analyzer(ROOT, "secure-flower", { main: "index.ts" }, new Set(["FlowerDashboard"]));
  const { components, typeDefinitions } = analyzer.analyze();
  return generateSchema("secure-flower", "0.0.0", "", components, typeDefinitions, []);
}

describe.skipIf(!present)("the schema for other languages", () => {
  let schema: Schema;

  beforeAll(async () => {
    schema = await inferSchema();
  });

  test("is as it was: a difference is a change of the contract, or a comment that got lost", async () => {
    const text = await format(JSON.stringify(schema, null, 2), { parser: "json", printWidth: 120 });
    await expect(text).toMatchFileSnapshot("schema.golden.json");
  });

  test("has a type for every object of the arguments", () => {
    const types = Object.keys(schema.types).map((token) => token.replace("secure-flower:index:", ""));
    expect(types.length).toBe(new Set(types).size);
    expect(types.length).toBeGreaterThanOrEqual(new Set(OBJECT_PATHS.map((path) => path.split(".").pop())).size - 4);
    expect(types).toEqual(expect.arrayContaining(["BrokerArgs", "AdminArgs", "NetworkPeerArgs", "TolerationArgs"]));
  });

  test("describes every property", () => {
    const shapes = [...Object.values(schema.resources), ...Object.values(schema.types)];
    const undescribed = shapes.flatMap(({ properties, inputProperties = {} }) =>
      Object.entries({ ...properties, ...inputProperties }).filter(([, { description = "" }]) => description === ""),
    );
    expect(undescribed.map(([name]) => name)).toEqual([]);
  });

  test("has the outputs of the contract and no others", () => {
    const [component] = Object.values(schema.resources);
    expect(Object.keys(component?.properties ?? {})).toEqual([
      "url",
      "adminUrl",
      "redirectUri",
      "adminRedirectUri",
      "namespace",
      "serviceName",
      "credentialSecretNames",
      "clientCertificateSecretName",
      "metricsClientCertificateSecretName",
    ]);
  });
});
