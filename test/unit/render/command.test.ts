import { spawnSync, type SpawnSyncReturns } from "child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { toYaml, writeObjects } from "../../../local/render";

const root = join(__dirname, "../../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "render-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function render(args: string[], input = ""): SpawnSyncReturns<string> {
  const argv = ["--import", "tsx", join(root, "local/render/main.ts"), ...args];
  return spawnSync(process.execPath, argv, { cwd: root, input, encoding: "utf8" });
}

const dashboard = join(__dirname, "programs/dashboard");

describe("the command", () => {
  test("prints a YAML stream on standard output and notes on standard error", () => {
    const { status, stdout, stderr } = render([dashboard, "--config", "host=a.example.com"]);
    const documents = parseAllDocuments(stdout);

    expect(status).toBe(0);
    expect(documents.map((document) => (document.toJS() as { kind: string }).kind)).toEqual([
      "Namespace",
      "Secret",
      "ConfigMap",
      "Deployment",
      "ServersTransport",
    ]);
    expect(stdout).toContain('certificateAuthority: "on"');
    expect(stderr).toBe("the values of Secrets are not shown: --show-secrets shows them\n");
  });

  test("reads secret configuration from standard input", () => {
    const args = [join(__dirname, "programs/marked.ts"), "--config-file", "-"];
    const { status, stderr } = render(args, "password: correct horse\n");

    expect(status).toBe(1);
    expect(stderr).toContain("Pulumi holds data.length secret");
  });

  test.each([
    [["--config", "host"], "--config takes KEY=VALUE; one has no ="],
    [["--stack-output", "domain=a"], "--stack-output takes ORGANIZATION/PROJECT/STACK.OUTPUT=VALUE"],
    [["--config-file", "nowhere.yaml"], "cannot read nowhere.yaml: ENOENT"],
    [["--timeout", "never"], "It must be a number of seconds"],
    [["--bogus"], "unknown option '--bogus'"],
  ])("refuses %j with exit code 2 and no stack trace", (args, sentence) => {
    const { status, stdout, stderr } = render([dashboard, ...args]);

    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test("does not repeat a configuration file that is not YAML, because it may hold secrets", () => {
    const { status, stderr } = render([dashboard, "--config-file", "-"], "password: [hunter2\n");

    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: standard input is not valid YAML/);
    expect(stderr).not.toContain("hunter2");
  });

  test("writes a file for each object into a folder, Secrets for their owner only", () => {
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "secret-flower-queues-login.yaml"), "old", { mode: 0o644 });
    writeFileSync(join(folder, "gone.yaml"), "old");
    const args = [dashboard, "--config", "host=a.example.com", "--show-secrets", "--out", folder];
    const { status, stdout, stderr } = render(args);

    expect(status).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toContain("also there, and not from this program: gone.yaml");
    expect(readdirSync(folder).sort()).toEqual([
      "configmap-default-settings.yaml",
      "deployment-flower-queues.yaml",
      "gone.yaml",
      "namespace-flower.yaml",
      "secret-flower-queues-login.yaml",
      "serverstransport-flower-transport.yaml",
    ]);
    const file = join(folder, "secret-flower-queues-login.yaml");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).toContain("BEGIN EC PRIVATE KEY");
  });
});

describe("the files", () => {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };

  test("replace a link instead of following it", () => {
    const target = join(folder, "target");
    writeFileSync(target, "untouched");
    spawnSync("ln", ["-s", target, join(folder, "configmap-a.yaml")]);
    writeObjects([object], folder);

    expect(readFileSync(target, "utf8")).toBe("untouched");
    expect(readFileSync(join(folder, "configmap-a.yaml"), "utf8")).toBe(toYaml(object));
  });

  test("have different names for kinds of the same name in two API groups", () => {
    const ingress = { kind: "Ingress", metadata: { name: "a" } };
    const { files } = writeObjects(
      [
        { ...ingress, apiVersion: "networking.k8s.io/v1" },
        { ...ingress, apiVersion: "example.com/v1" },
      ],
      folder,
    );

    expect(new Set(files).size).toBe(2);
  });

  test("cannot leave the folder by an object's name", () => {
    const { files } = writeObjects([{ ...object, kind: "ClusterRole", metadata: { name: "../../a:b" } }], folder);

    expect(files).toEqual([join(folder, "clusterrole-.._.._a_b.yaml")]);
  });

  test("quote what YAML 1.1 would take for something else", () => {
    const data = {
      a: "on",
      b: "1e3",
      c: "0o7",
      d: "1_000",
      e: "2026-01-01",
      f: "12:30",
      g: "null",
      h: "~",
      i: "line\nline\n",
    };
    const text = toYaml({ ...object, data });

    for (const value of Object.values(data).slice(0, -1)) {
      expect(text).toContain(`: "${value}"\n`);
    }
    expect(text).toContain("i: |\n");
  });
});
