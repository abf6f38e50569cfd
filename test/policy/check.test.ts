import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckReport } from "../../policy/report/report";
import { fixture } from "./fixtures";

const ROOT = join(__dirname, "..", "..");
const FIXTURES = "test/policy/fixtures";
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "secure-flower-check-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check(words: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const command = [join(ROOT, "local/run.mjs"), "bin/secure-flower.ts", "check", ...words];
  return spawnSync(process.execPath, command, {
    cwd: ROOT,
    input,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function report(words: readonly string[], input?: string): CheckReport {
  return JSON.parse(check([...words, "--json"], input).stdout) as CheckReport;
}

describe("secure-flower check", () => {
  test("exits 0 with a table where every mandatory rule holds", () => {
    const { status, stdout } = check([`${FIXTURES}/hardened.yaml`]);

    expect(stdout).toContain("Every mandatory rule holds");
    expect(stdout).toMatch(/│ isolation/);
    expect(status).toBe(0);
  });

  test("exits 1 where one is broken, and says where and what to write", () => {
    const { status, stdout } = check([`${FIXTURES}/found/onlinejudge-chart.yaml`]);

    expect(status).toBe(1);
    expect(stdout).toContain("Broken: loopback, authentication, secrets, tls, read-only, isolation, pod.");
    expect(stdout).toContain("FLOWER_ADDRESS");
    expect(stdout).not.toContain("guest:guest");
  });

  test("reads standard input, of several documents and Lists", () => {
    const { flowers, objects, results, exitCode } = report(["-"], fixture("found/superset-operator.yaml"));

    expect({ flowers, objects, exitCode }).toEqual({ flowers: 1, objects: 5, exitCode: 1 });
    expect(results.find(({ id }) => id === "tls")?.attempts[0]?.tried).toMatch(
      /^Gateway superset\/web, spec.listeners\[0\], -:\d+$|items/,
    );
  });

  test("reads a folder, and relates objects of different files", () => {
    const documents = fixture("hardened.yaml").split(/^---$/m);
    documents.forEach((text, index) => write(`part-${index}.yaml`, text));

    expect(report([folder])).toMatchObject({ verdict: "live", flowers: 1, exitCode: 0, objects: documents.length });
  });

  test("follows links to folders, and reads each file once", () => {
    const [base, target] = ["linked", "elsewhere"].map((name) => join(folder, name)) as [string, string];
    for (const each of [base, target]) mkdirSync(each);
    writeFileSync(join(base, "flower.yaml"), fixture("hardened.yaml"));
    writeFileSync(join(target, "balancer.json"), JSON.stringify(BALANCER));
    symlinkSync(target, join(base, "prod"));
    symlinkSync(base, join(target, "back"));
    symlinkSync("nowhere", join(base, "dangling"));
    const { results, objects } = report([base, join(base, "flower.yaml"), join(target, "balancer.json")]);

    expect(results.filter(({ verdict }) => verdict === "not live").map(({ id }) => id)).toEqual(["cluster-ip"]);
    expect(objects).toBe(fixture("hardened.yaml").split(/^---$/m).length + 1);
  });

  test("reads a kustomization that names nothing but its resources", () => {
    const kustomization = "kind: Kustomization\nresources: [flower.yaml]\npatches: []\n---\n";
    const ofFlux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: { path: x }\n---\n";

    expect(check(["-"], kustomization + ofFlux + fixture("hardened.yaml")).status).toBe(0);
  });

  test("shows nothing of a file that would move a terminal's cursor or begin a line of a log", () => {
    const text = fixture("hardened.yaml")
      .replace(
        "metadata: { name: flower, namespace: tools, labels",
        'metadata: { name: "flower\\e[2J\\n::error::x", namespace: tools, labels',
      )
      .replace("value: 127.0.0.1", 'value: "0.0.0.0\\e[8m\\n::warning::x"')
      .replace("ports: [{ protocol: TCP, port: 8443 }]", "");
    const { stdout, status } = check(["-"], text);

    expect(status).toBe(1);
    expect(stdout).toContain("flower [2J");
    // eslint-disable-next-line no-control-regex -- what must not come through
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|^::/m);
    expect(check(["-", "--sarif"], text).stdout).not.toContain("\\u001b");
    expect(check(["-", "--json"], text).stdout).not.toContain("\\u001b");
  });

  test("has the verifier's form in JSON, with advice that does not count", () => {
    const text = fixture("hardened.yaml").replace(/@sha256:a+/, "");
    const { version, verdict, exitCode, summary, results } = report(["-"], text);

    expect({ version, verdict, exitCode }).toEqual({ version: 1, verdict: "live", exitCode: 0 });
    expect(summary).toMatchObject({ notLive: 0, unknown: 0, advisory: 1 });
    expect(results.filter(({ verdict: each }) => each === "not live").map(({ id, level }) => [id, level])).toEqual([
      ["version-digest", "advisory"],
    ]);
  });

  test("refuses a kustomization that says so by its name only", () => {
    const overlay = join(folder, "overlay");
    mkdirSync(overlay);
    writeFileSync(join(overlay, "Kustomization"), "resources: [../base]\nnamePrefix: x-\n");

    expect(check([overlay])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("/overlay/Kustomization holds a kustomization (namePrefix)"),
    });
  });

  test("could not tell where no Flower is among the objects, unless that is allowed", () => {
    const file = `${FIXTURES}/ordinary/web.yaml`;

    expect(check([file])).toMatchObject({
      status: 2,
      stdout: expect.stringMatching(/^Could not tell: no Flower among 6 objects/),
    });
    expect(check([file, "--allow-none"])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^no Flower among 6 objects/),
    });
  });

  test("could not tell where an object is missing", () => {
    const text = fixture("hardened.yaml").replace("configMapRef", "secretRef");
    const { exitCode, results } = report(["-"], text);
    const undecided = results.filter(({ verdict }) => verdict === "unknown");

    expect(exitCode).toBe(2);
    expect(undecided[0]?.attempts[0]?.cameBack).toContain(
      "Secret flower-settings, of which envFrom takes the variables, is not among these objects",
    );
  });

  test.each([
    ["a file that is not there", ["nowhere.yaml"], "", "cannot read nowhere.yaml: ENOENT"],
    ["a template of Helm's", ["-"], "a: 1\nb: {{ .Values.b }}\n", "- holds a template (line 2)"],
    [
      "a kustomization with patches",
      ["-"],
      "kind: Kustomization\npatches: [{ path: x }]\n",
      "- holds a kustomization (patches): render it first",
    ],
    [
      "a component of Kustomize's",
      ["-"],
      "kind: Component\nimages: [{ name: x, newTag: y }]\n",
      "- holds a kustomization (images)",
    ],
    ["what is not YAML", ["-"], "a: 1\nb: [\n", "- is not valid YAML (line"],
    [
      "an alias bomb",
      ["-"],
      `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      "- has aliases",
    ],
    ["two reports on standard output", ["-", "--json", "--sarif"], "", "only one of"],
  ])("exits 2 and says so at %s", (_, words, input, message) => {
    const { status, stderr } = check(words, input);

    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test("takes levels, allow-lists and parameters from a file", () => {
    const file = `${FIXTURES}/found/guide-oauth.yaml`;
    const config = write(
      "config.json",
      JSON.stringify({
        all: "disabled",
        secrets: { allow: ["queues/*"] },
        isolation: "advisory",
        version: { enforcementLevel: "mandatory", minimum: "2.0.0" },
      }),
    );
    const { results, exitCode } = report([file, "--config", config]);

    expect(results.map(({ id, verdict, level }) => [id, verdict, level])).toEqual([
      ["secrets", "skipped", "mandatory"],
      ["isolation", "not live", "advisory"],
      ["version", "live", "mandatory"],
    ]);
    expect(exitCode).toBe(0);
  });

  test.each([
    [
      { versoin: "mandatory" },
      'the policy configuration names "versoin", which is no rule: write one of all, loopback, cluster-ip, ',
    ],
    [
      { version: { minimun: "2.0.0" } },
      'the policy configuration at version must NOT have additional properties: "minimun"',
    ],
    [
      { isolation: "warn" },
      "the policy configuration at isolation must be equal to one of the allowed values: mandatory, advisory, disabled",
    ],
    [{ version: { minimum: 2 } }, "the policy configuration at version.minimum must be string"],
  ])("refuses the configuration %j", (config, message) => {
    const { status, stderr } = check([
      `${FIXTURES}/hardened.yaml`,
      "--config",
      write("wrong.json", JSON.stringify(config)),
    ]);

    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test("writes JUnit and SARIF to files beside the table", () => {
    const [junit, sarif] = [join(folder, "check.xml"), join(folder, "check.sarif")];
    const file = `${FIXTURES}/found/just-to-check-something.yaml`;
    const { stdout } = check([file, "--junit", junit, "--sarif", sarif]);
    const log = JSON.parse(readFileSync(sarif, "utf8")) as Log;
    const [run] = log.runs;
    const port = run?.results?.find(
      ({ ruleId, message }) => ruleId === "cluster-ip" && message.text?.includes("(hostPort)"),
    );

    expect(stdout).toContain("Broken:");
    expect(readFileSync(junit, "utf8")).toMatch(/<testsuite name="secure-flower check test[^>]*tests="\d+"/);
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toContain("loopback");
    expect(port).toMatchObject({
      level: "error",
      locations: [
        { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: lineOf(file, "hostPort") } } },
      ],
    });
    expect(run?.results?.filter(({ ruleId }) => ruleId === "version-digest").map(({ level }) => level)).toEqual([
      "warning",
    ]);
    expect(JSON.stringify(log)).not.toContain("s3cr3t");
  });
});

const BALANCER = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "open", namespace: "tools" },
  spec: { type: "LoadBalancer", selector: { app: "flower" } },
};

function lineOf(file: string, word: string): number {
  return (
    readFileSync(join(ROOT, file), "utf8")
      .split("\n")
      .findIndex((line) => line.includes(word)) + 1
  );
}
