import { spawnSync } from "child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Analyzer } from "../policy/analyzer";

const root = join(__dirname, "../..");
let project: string;
let packed: string[];

interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

function run(command: string, args: string[], cwd = project): Outcome {
  // npm's own variables would tell the inner npm that it works on this repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$/.test(name)));
  return spawnSync(command, args, { cwd, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function mustRun(command: string, args: string[], cwd = project): string {
  const { status, stdout, stderr } = run(command, args, cwd);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** The packages that a user has beside ours: those of this repository, linked, so that nothing big is downloaded. */
function linkPeers(): void {
  for (const folder of ["@pulumi", "@types"]) {
    mkdirSync(join(project, "node_modules", folder), { recursive: true });
    for (const name of readdirSync(join(root, "node_modules", folder))) {
      symlinkSync(join(root, "node_modules", folder, name), join(project, "node_modules", folder, name));
    }
  }
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "secure-flower-package-"));
  cpSync(join(__dirname, "project"), project, { recursive: true });
  // Packing builds: the script `prepare` does.
  const [result] = JSON.parse(lastJson(mustRun("npm", ["pack", "--json", "--pack-destination", project], root))) as [
    { filename: string; files: { path: string }[] },
  ];
  packed = result.files.map(({ path }) => path);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true }));
  const flags = [
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--omit=peer",
    "--legacy-peer-deps",
  ];
  mustRun("npm", ["install", ...flags, join(project, result.filename)]);
  linkPeers();
});

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

/** npm prints what its scripts print before its own JSON. */
function lastJson(output: string): string {
  return output.slice(output.search(/^\[\s*$/m));
}

describe("the packed package", () => {
  test("holds what it needs and nothing of the repository's tools and tests", () => {
    expect(packed).toContain("dist/index.js");
    expect(packed).toContain("dist/index.d.ts");
    expect(packed).toContain("dist/local/render/child.js");
    expect(packed).toContain("dist/policy/PulumiPolicy.yaml");
    expect(packed).toContain("LICENSE");
    expect(packed.filter((path) => /(^|\/)(test|examples|demo|node_modules)\//.test(path))).toEqual([]);
    expect(packed.filter((path) => /\.ts$/.test(path) && !/\.d\.ts$/.test(path))).toEqual([]);
    // Whatever a module reads beside itself at run time must have come along.
    const scripts = readdirSync(join(root, "components/scripts")).filter((name) => name.endsWith(".py"));
    expect(packed).toEqual(expect.arrayContaining(scripts.map((name) => `dist/components/scripts/${name}`)));
  });

  test("accepts the versions of Pulumi's packages that it is tested with", () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      peerDependencies: Record<string, string>;
    };
    const names = Object.keys(peerDependencies);

    expect(names.sort()).toEqual([
      "@pulumi/kubernetes",
      "@pulumi/policy",
      "@pulumi/pulumi",
      "@pulumi/random",
      "@pulumi/tls",
    ]);
    const checks = names.map((name) => {
      const { version } = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
        version: string;
      };
      // Every range is a caret: at least that version, and the same major one.
      const [major = 0, minor = 0] = peerDependencies[name]!.replace("^", "").split(".").map(Number);
      const [ourMajor = 0, ourMinor = 0] = version.replace("v", "").split(".").map(Number);
      return peerDependencies[name]!.startsWith("^") && ourMajor === major && ourMinor >= minor;
    });
    expect(checks).toEqual(names.map(() => true));
  });
});

describe("in an empty project, the installed package", () => {
  test("type-checks strictly, and so do its own declarations", () => {
    const { stdout } = run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false"]);
    // Other packages' declarations are checked too; what is wrong in them is not ours.
    const ours = stdout
      .split("\n")
      .filter((line) => /error TS/.test(line) && !/^(\.\.\/|node_modules\/(?!secure-flower\/))/.test(line));

    expect(ours).toEqual([]);
  });

  test("runs: a component is made with the mocks, and its outputs are there", () => {
    const script = 'require("./out/index.js").main().then(console.log)';

    expect(mustRun(process.execPath, ["-e", script]).trim()).toBe("queues https://flower.example.com/flower/");
  });

  test.each([
    "secure-flower",
    "secure-flower/policy",
    "secure-flower/testing",
    "secure-flower/verify",
    "secure-flower/package.json",
  ])("can require %s", (name) => {
    const script = `console.log(Object.keys(require(${JSON.stringify(name)})).length > 0)`;

    expect(mustRun(process.execPath, ["-e", script]).trim()).toBe("true");
  });

  test("has rules, and tests that use them, without the optional @pulumi/policy", () => {
    const script = `
      const { Module } = require("module");
      const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (name.startsWith("@pulumi/policy")) throw new Error("not installed");
        return resolve(name, ...rest);
      };
      console.log(require("secure-flower/policy").policies().length, typeof require("secure-flower/testing").judgeResources);`;

    expect(mustRun(process.execPath, ["-e", script]).trim()).toMatch(/^1\d function$/);
  });

  test("has a policy pack that the engine can start, of the package's own version", async () => {
    const folder = join(project, "node_modules/secure-flower/dist/policy");
    const versionIn = (path: string): unknown =>
      (JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version: string }).version;
    const pack = await Analyzer.start(folder);
    const info = await pack.info();
    pack.stop();

    expect(info.name).toBe("secure-flower");
    expect(info.policiesList.length).toBeGreaterThan(10);
    expect(versionIn(folder)).toBe(versionIn(join(folder, "../..")));
  });

  test("has a command that judges YAML", () => {
    const file = join(root, "test/policy/fixtures/found/onlinejudge-chart.yaml");
    const { status, stdout } = run(join(project, "node_modules/.bin/secure-flower"), ["check", file]);

    expect(stdout).toContain("Broken: loopback");
    expect(status).toBe(1);
  });

  test("can be imported by an ES module", () => {
    const script = `
      import { FlowerDashboard } from "secure-flower";
      import { recordResources } from "secure-flower/testing";
      import { verify } from "secure-flower/verify";
      console.log(typeof FlowerDashboard, typeof recordResources, typeof verify);`;

    expect(mustRun(process.execPath, ["--input-type=module", "-e", script]).trim()).toBe("function function function");
  });

  test("keeps its inner modules to itself", () => {
    const { status, stderr } = run(process.execPath, ["-e", 'require("secure-flower/dist/index.js")']);

    expect(status).not.toBe(0);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("has a command that renders a program", () => {
    const output = mustRun(join(project, "node_modules/.bin/secure-flower"), ["render", "program.ts"]);

    expect(output).toContain("kind: Deployment");
    expect(output).toContain("name: queues");
  });
});
