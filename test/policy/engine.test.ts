import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findProgram } from "../../local/install";
import { pulumiFolders } from "../cluster/engine/engine";
import { clusterCache } from "../cluster/local/cache";

const ROOT = join(__dirname, "..", "..");
const PLUGINS = [
  "pulumi-language-nodejs",
  "pulumi-resource-kubernetes",
  "pulumi-resource-random",
  "pulumi-resource-tls",
];

const folders = [...built(), ...pulumiFolders()];
const lacking = ["pulumi", ...PLUGINS].filter((name) => findProgram(name, folders.join(delimiter)) === undefined);

/** The engines that the cluster tests have built. */
function built(): string[] {
  const cache = clusterCache();
  if (!existsSync(cache)) return [];
  return readdirSync(cache).flatMap((name) => (name.startsWith("pulumi-") ? [join(cache, name)] : []));
}

/** Objects go to a folder, so that no cluster is needed. */
const PROGRAM = `
const k8s = require("@pulumi/kubernetes");
const { FlowerDashboard } = require("secure-flower");
const provider = new k8s.Provider("files", { renderYamlToDirectory: "rendered" });
const labels = { app: "flower" };
if (process.env.OPEN === "1") {
  const containers = [{ name: "flower", image: "mher/flower:0.9.7", args: ["flower", "--basic_auth=ana:wonderland"] }];
  new k8s.apps.v1.Deployment("flower", { spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } } }, { provider });
  new k8s.core.v1.Service("flower", { spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 5555 }] } }, { provider });
} else {
  new FlowerDashboard("queues", {
    host: "queues.example.com",
    namespace: process.env.NAMESPACE,
    broker: { url: "redis://redis:6379/0" },
    auth: { basic: { viewers: ["ana"] } },
    tls: { selfSigned: true },
    ingress: { controller: "traefik" },
  }, { provider });
}
`;

if (lacking.length > 0)
  process.stdout.write(`The policy pack is not run under Pulumi's engine: ${lacking.join(", ")} not found.\n`);

describe.skipIf(lacking.length > 0)("the pack under Pulumi's engine", () => {
  let project: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "secure-flower-engine-"));
    for (const folder of ["state", "home", "rendered", "node_modules"]) mkdirSync(join(project, folder));
    for (const name of readdirSync(join(ROOT, "node_modules")))
      symlinkSync(join(ROOT, "node_modules", name), join(project, "node_modules", name));
    symlinkSync(ROOT, join(project, "node_modules", "secure-flower"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: project\nruntime: nodejs\nmain: index.js\n");
    writeFileSync(join(project, "package.json"), '{ "name": "project", "version": "1.0.0", "main": "index.js" }');
    writeFileSync(join(project, "index.js"), PROGRAM);
    expect(pulumi(["stack", "init", "dev"]).status).toBe(0);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  function pulumi(
    words: readonly string[],
    variables: Record<string, string> = {},
  ): { status: number | null; stdout: string } {
    const env = {
      ...process.env,
      PATH: [...folders, join(ROOT, "node_modules", "@pulumi", "pulumi", "bin")].join(delimiter),
      PULUMI_HOME: join(project, "home"),
      PULUMI_BACKEND_URL: `file://${join(project, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...variables,
    };
    return spawnSync("pulumi", [...words, "--non-interactive"], {
      cwd: project,
      env,
      encoding: "utf8",
      timeout: 240_000,
    });
  }

  const preview = (variables: Record<string, string>) =>
    pulumi(["preview", "--policy-pack", join(ROOT, "dist", "policy")], variables);
  const levels = (output: string, level: string): string[] =>
    [
      ...new Set([...output.matchAll(new RegExp(`\\[${level}\\]\\s+([\\w-]+)`, "g"))].map(([, name]) => name ?? "")),
    ].sort();

  test("lets the component through", { timeout: 300_000 }, () => {
    const { status, stdout } = preview({ NAMESPACE: "tools" });

    expect(levels(stdout, "mandatory")).toEqual([]);
    expect(levels(stdout, "advisory")).toEqual(["version-digest"]);
    expect(stdout).toContain("secure-flower@v");
    expect(status).toBe(0);
  });

  test("is not asked where the component does not know its namespace", { timeout: 300_000 }, () => {
    const { status, stdout } = preview({});

    expect(stdout).toContain("namespace: is not known, since the provider renders manifests and names none");
    expect(status).not.toBe(0);
  });

  test("stops an open Flower, by resource and by stack rules", { timeout: 300_000 }, () => {
    const { status, stdout } = preview({ OPEN: "1" });

    expect(levels(stdout, "mandatory")).toEqual(["cluster-ip", "isolation", "loopback", "pod", "read-only", "secrets"]);
    expect(levels(stdout, "advisory")).toEqual(["pod-hardening", "version", "version-digest"]);
    expect(status).not.toBe(0);
    // The engine itself prints the resource's inputs, which are what the program wrote.
    expect(stdout.slice(stdout.indexOf("Policies:"))).not.toContain("wonderland");
  });
});
