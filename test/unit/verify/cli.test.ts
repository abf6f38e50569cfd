import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { USERS } from "./fakeAnswers";
import { startDashboard, type FakeDashboard } from "./fakeDashboard";

const ROOT = join(__dirname, "../../..");

/** An address of its own where there are several: on 127.0.0.1 a developer's own Flower may have port 5555. */
const ADDRESS = process.platform === "linux" ? "127.77.0.1" : "127.0.0.1";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as the npm script does. */
function run(
  args: readonly string[],
  { input = "", env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const cli = [join(ROOT, "node_modules/tsx/dist/cli.mjs"), "bin/secure-flower.ts", ...args];
    const child = spawn(process.execPath, cli, { cwd: ROOT, env: { ...process.env, ...env } });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

/** Everything but the log-ins, on the command line. */
function addressing({ url, adminUrl, httpUrl, caFile }: FakeDashboard["target"]): string[] {
  const http = ["--http-url", String(httpUrl), "--connect-to", ADDRESS];
  return ["verify", url, "--admin-url", String(adminUrl), "--ca-file", caFile, ...http];
}

let dashboard: FakeDashboard;
beforeAll(async () => {
  dashboard = await startDashboard([], ADDRESS);
});
afterAll(() => dashboard.close());

describe("secure-flower verify", () => {
  test("exits 0 with every control live, told by a connection file, and prints the table and no password", async () => {
    const file = join(dirname(dashboard.target.caFile), "connection.json");
    writeFileSync(file, JSON.stringify({ ...dashboard.target, caFile: "ca.crt", direct: undefined }));
    const { code, stdout, stderr } = await run(["verify", "--connection", file]);
    expect(stdout).toContain("Every control that was tried is live");
    expect(stdout).not.toContain("\u001b");
    expect(stderr).toMatch(/The one control call: POST/);
    for (const { password } of Object.values(USERS)) expect(stdout + stderr).not.toContain(password);
    expect(code).toBe(0);
  });

  test("exits 1 if a control is not live, with log-ins from the environment and the report as JSON", async () => {
    const open = await startDashboard(["one-route-open"], ADDRESS);
    const { viewer, admin } = USERS;
    const env = {
      SECURE_FLOWER_VIEWER: `${viewer.name}:${viewer.password}`,
      SECURE_FLOWER_ADMIN: `${admin.name}:${admin.password}`,
    };
    const { code, stdout } = await run([...addressing(open.target), "--json"], { env }).finally(() => open.close());
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "not live", exitCode: 1, summary: { notLive: 1, unknown: 0 } });
    expect(code).toBe(1);
  });

  test("exits 2 on a wrong log-in, given by standard input, and writes JUnit XML to a file", async () => {
    const file = join(dirname(dashboard.target.caFile), "report.xml");
    const input = JSON.stringify([{ name: "vera", password: "hush-hush", role: "viewer" }]);
    const { code, stdout, stderr } = await run([...addressing(dashboard.target), "--users-stdin", "--junit", file], {
      input,
    });
    expect(stdout).toContain("Could not tell");
    expect(readFileSync(file, "utf8")).toContain("<testsuites");
    expect(stdout + stderr + readFileSync(file, "utf8")).not.toContain("hush");
    expect(code).toBe(2);
  });

  test.each([
    ["an option that does not exist", ["verify", "--password", "x"], /unknown option/],
    ["no URL", ["verify"], /give the dashboard's URL/],
    ["two reports for one output", ["verify", "https://a/", "--json", "--junit"], /both want standard output/],
    ["a timeout that is none", ["verify", "https://a/", "--timeout", "soon"], /number above 0/],
  ])("exits 2, not 1, when called wrongly: %s", async (_what, args, message) => {
    const { code, stderr } = await run(args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
