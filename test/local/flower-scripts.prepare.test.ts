import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { refusal, runScript, type Difference, type Setting } from "./flower-scripts/flower";
import { layScripts, layUsers, temporaryFolder } from "./flower-scripts/processes";
import { imageVenv, oldFlowerPackages, packagesOf, variantVenv } from "./flower-scripts/venvs";

const USERS = { ann: "viewer-password-1", "bob.b": "~~~-password-of-bob" };

const folder = temporaryFolder();
let setting: Setting;

beforeAll(async () => {
  setting = {
    venv: await imageVenv(),
    scripts: layScripts(join(folder.path, "scripts")),
    env: { MINIMUM_FLOWER_VERSION: "2.2.0" },
  };
});

afterAll(() => folder.remove());

/** Runs prepare.py into folders of its own and returns them. */
async function prepared(
  name: string,
  { venv, env = {} }: Difference = {},
): Promise<{ target: string; logins: string; log: string }> {
  const [target, logins] = [join(folder.path, name), join(folder.path, `${name}-logins`)];
  mkdirSync(target, { recursive: true });
  mkdirSync(logins, { recursive: true });
  const run = runScript("prepare.py", setting, { venv, env: { STATIC_DIR: target, LOGINS_DIR: logins, ...env } });
  expect(await run.end(), run.log).toBe(0);
  return { target, logins, log: run.log };
}

function filesOf(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, encoding: "utf8" });
  return entries.filter((name) => statSync(join(path, name)).isFile()).sort();
}

function contentsOf(path: string): Record<string, string> {
  return Object.fromEntries(filesOf(path).map((name) => [name, readFileSync(join(path, name)).toString("base64")]));
}

describe("prepare.py", () => {
  test("lays down all of Flower's static files, byte for byte, each text with its compressed twin", async () => {
    const { target, log } = await prepared("static");
    const source = join(packagesOf(setting.venv), "flower", "static");
    const originals = filesOf(source);
    expect(originals.length).toBeGreaterThan(10);
    expect(filesOf(target).filter((name) => !name.endsWith(".gz"))).toEqual(originals);
    for (const name of originals) {
      const content = readFileSync(join(source, name));
      expect(readFileSync(join(target, name)).equals(content)).toBe(true);
      if (name.endsWith(".ico")) expect(existsSync(join(target, `${name}.gz`))).toBe(false);
      else expect(gunzipSync(readFileSync(join(target, `${name}.gz`))).equals(content)).toBe(true);
    }
    expect(log).toContain(`Flower 2.2.0 is recent enough; ${originals.length} static files are in ${target}.`);
  });

  test("makes the same bytes every time, also over what a run that was cut off has left", async () => {
    const { target } = await prepared("again");
    const first = contentsOf(target);
    writeFileSync(join(target, "js", "flower.js.gz"), "half");
    writeFileSync(join(target, "js", ".flower.js.draft"), "half");
    await prepared("again");
    expect(contentsOf(target)).toEqual(first);
    expect(first).toEqual(contentsOf((await prepared("elsewhere")).target));
  });

  test("lets everybody read static files, and only its group the log-ins", async () => {
    const users = layUsers(join(folder.path, "mode-users"), USERS);
    const { target, logins } = await prepared("modes", { env: { VIEWER_USERS_DIR: users } });
    for (const name of filesOf(target)) expect(statSync(join(target, name)).mode & 0o777).toBe(0o644);
    expect(statSync(join(target, "js")).mode & 0o777).toBe(0o755);
    expect(statSync(join(logins, "viewer.map")).mode & 0o777).toBe(0o640);
  });

  test("leaves out links and what nginx never serves", async () => {
    const venv = variantVenv(setting.venv, join(folder.path, "odd"), {
      flower: (path) => {
        const source = join(path, "static");
        for (const name of ["js/a b.js", "js/é.js", "js/a;b.js", "other.js"]) writeFileSync(join(source, name), "x");
        mkdirSync(join(source, "js", "deep"));
        writeFileSync(join(source, "js", "deep", "x.js"), "x");
        symlinkSync("/etc/passwd", join(source, "js", "passwd.js"));
        cpSync(join(source, "css"), join(path, "css-elsewhere"), { recursive: true });
        symlinkSync(join(path, "css-elsewhere"), join(source, "linked"));
        chmodSync(join(source, "js", "theme.js"), 0o600);
      },
    });
    const { target } = await prepared("odd-static", { venv });
    expect(filesOf(target)).toEqual(filesOf((await prepared("plain-static")).target));
  });

  test("tells nginx the log-ins of each role, in words that nginx takes", async () => {
    const viewer = layUsers(join(folder.path, "viewers"), { ...USERS, ["u".repeat(200)]: "p".repeat(256) });
    const admin = layUsers(join(folder.path, "admins"), { root: "admin-password-1" });
    const { logins } = await prepared("both", { env: { VIEWER_USERS_DIR: viewer, ADMIN_USERS_DIR: admin } });
    expect(filesOf(logins)).toEqual(["admin.map", "viewer.map"]);
    const token = (logIn: string): string => Buffer.from(logIn).toString("base64");
    expect(readFileSync(join(logins, "admin.map"), "utf8")).toBe(`"~^Basic ${token("root:admin-password-1")}$" "";\n`);
    const lines = readFileSync(join(logins, "viewer.map"), "utf8").trim().split("\n");
    const patterns = lines.map((line) => new RegExp(/^"~(\^Basic .*\$)" "";$/.exec(line)![1]!));
    expect(patterns).toHaveLength(3);
    const plus = token(`bob.b:${USERS["bob.b"]}`);
    expect(plus).toContain("+");
    expect(patterns.filter((pattern) => pattern.test(`Basic ${plus}`))).toHaveLength(1);
    expect(patterns.filter((pattern) => pattern.test(`Basic ${plus.toLowerCase()}`))).toHaveLength(0);
    const map = `map $http_authorization $guesser { default 1; "" ""; include ${logins}/viewer.map; include ${logins}/admin.map; }`;
    const config = `pid ${folder.path}/nginx.pid; error_log stderr; events {} http { access_log off; ${map} }`;
    writeFileSync(join(folder.path, "nginx.conf"), config);
    execFileSync("nginx", ["-t", "-q", "-e", "stderr", "-p", folder.path, "-c", join(folder.path, "nginx.conf")]);
  });

  test("needs neither redis-py nor `packaging`, which the broker may not need", async () => {
    const venv = variantVenv(setting.venv, join(folder.path, "amqp-only"), { without: ["redis", "packaging"] });
    expect(filesOf((await prepared("amqp-static", { venv })).target).length).toBeGreaterThan(20);
  });
});

describe("prepare.py refuses", () => {
  const refused = (difference: Difference): Promise<string> =>
    refusal("prepare.py", setting, {
      ...difference,
      env: { STATIC_DIR: folder.path, LOGINS_DIR: folder.path, ...difference.env },
    });

  test("the real Flower 2.0.1", async () => {
    const venv = variantVenv(setting.venv, join(folder.path, "old"), { flowerFrom: oldFlowerPackages(setting.venv) });
    const sentence = /The image has Flower 2\.0\.1, and 2\.2\.0 or newer is needed: .* image\/Dockerfile/;
    expect(await refused({ venv })).toMatch(sentence);
  });

  test("an image without Flower", async () => {
    const venv = variantVenv(setting.venv, join(folder.path, "none"), { without: ["flower"] });
    expect(await refused({ venv })).toMatch(/Flower 2\.2\.0 or newer is needed, and the packages of .* have none/);
  });

  test("an image without Celery", async () => {
    const venv = variantVenv(setting.venv, join(folder.path, "no-celery"), { without: ["celery"] });
    expect(await refused({ venv })).toMatch(/does not start: No module named 'celery'/);
  });

  test("a Flower without static files", async () => {
    const venv = variantVenv(setting.venv, join(folder.path, "bare"), {
      flower: (path) => execFileSync("rm", ["-r", join(path, "static")]),
    });
    expect(await refused({ venv })).toMatch(/does not keep its static files in .*static/);
  });

  test("users that would open the dashboard", async () => {
    const users = layUsers(join(folder.path, "comma"), { ann: "first-part,ann:x" });
    expect(await refused({ env: { VIEWER_USERS_DIR: users } })).toMatch(
      /The password of the user 'ann' in .* has a comma/,
    );
  });

  test("to run without knowing where to", async () => {
    expect(await refused({ env: { STATIC_DIR: undefined } })).toMatch(/STATIC_DIR is missing or empty/);
  });
});
