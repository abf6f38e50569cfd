import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { prometheusRuleSpec } from "../../components/build/alerts";
import { findProgram } from "../../local/install";
import { ADDRESSES, Container, readRootEntries, writeDirectory } from "../../local/pod";
import { modelOf, withAdmin } from "../unit/components/arguments";
import { withFeatures } from "./client/features";
import { bytesOf, Line } from "./client/http1";
import { secretOf } from "./client/logIns";
import { Stack } from "./client/stack";
import { until } from "./client/until";
import { temporaryFolder } from "./flower-scripts/processes";
import { STORIES, testFile } from "./prometheus/rules";

const promtool = findProgram("promtool");
const prometheus = findProgram("prometheus");
if (promtool === undefined || prometheus === undefined) {
  console.warn("Prometheus' tests are skipped: it is not installed. `npm test` without words installs it.");
}

describe.skipIf(promtool === undefined)("the alerts, evaluated by Prometheus itself", () => {
  const folder = temporaryFolder();
  const rules = join(folder.path, "rules.yaml");

  beforeAll(() => {
    const spec = prometheusRuleSpec(modelOf(withAdmin), { issuer: "ca", clusterIssuer: undefined });
    writeFileSync(rules, stringify(spec));
  });
  afterAll(() => folder.remove());

  const run = (...words: string[]) => spawnSync(promtool ?? "", words, { encoding: "utf8" });

  test("are rules that it takes, each told of in a story", () => {
    const { status, stdout, stderr } = run("check", "rules", rules);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("FAILED")]);
    expect(stdout).toMatch(/SUCCESS: 6 rules found/);
    expect(new Set(STORIES.map(({ alert }) => alert)).size).toBe(6);
  });

  test.each(STORIES.map((story) => [story.alert, story.title, story] as const))("%s: %s", (_alert, _title, story) => {
    const file = join(folder.path, "story.yaml");
    writeFileSync(file, testFile(story, rules));
    const { status, stdout, stderr } = run("test", "rules", file);
    expect(`${stdout}${stderr}`).toContain("SUCCESS");
    expect(status).toBe(0);
  });
});

describe.skipIf(prometheus === undefined)("a Prometheus without an operator", () => {
  let stack: Stack;
  let container: Container;

  beforeAll(async () => {
    stack = await Stack.start();
    await stack.apply(await withFeatures(stack.original, stack));
    container = await startPrometheus(stack);
  });
  afterAll(() => stack.stop());

  test("scrapes both processes with the certificate, and knows that the pod is the pod", async () => {
    await until("both targets are up", async () => (await query('up{job="flower"} == 1')).length === 2, 60);
    const [expiry] = await query("secure_flower_certificate_expiry_timestamp_seconds - time()");
    expect(Number(expiry)).toBeGreaterThan(700 * 86_400);
    expect(await query("secure_flower_info")).toEqual(["1", "1"]);
    expect((await query("flower_worker_online")).length).toBe(1);
    expect(container.log.text).not.toMatch(/duplicate|out-of-order/i);
  });

  async function query(expression: string): Promise<string[]> {
    const line = new Line(await stack.tcp(9099, ADDRESSES.node));
    const target = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    line.send(bytesOf({ method: "GET", target, headers: [["Host", "prometheus"]] }));
    const { body } = await line.answer("GET", 10);
    line.close();
    const { data } = JSON.parse(body) as {
      data: { result: { value: [number, string] }[] };
    };
    return data.result.map(({ value }) => value[1]);
  }
});

/** Configured as the README says. */
function configuration(folder: string): string {
  const process = (path: string, name: string) => ({
    job_name: `flower-${name}`,
    scheme: "https",
    metrics_path: path,
    tls_config: {
      ca_file: join(folder, "ca.crt"),
      cert_file: join(folder, "tls.crt"),
      key_file: join(folder, "tls.key"),
      server_name: "queues.flower.internal",
    },
    static_configs: [{ targets: [`${ADDRESSES.pod}:9090`], labels: { job: "flower", process: name } }],
  });
  return stringify({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [process("/metrics", "viewer"), process("/metrics/admin", "admin")],
  });
}

async function startPrometheus({ demo, objects }: Stack): Promise<Container> {
  const folder = "/etc/prometheus";
  const files = Object.fromEntries(secretOf(objects, "queues-metrics-client-tls"));
  const source = writeDirectory(demo.sandbox, "prometheus", { ...files, "prometheus.yml": configuration(folder) });
  const container = await Container.create(demo.sandbox, {
    name: "prometheus.server",
    hostname: "prometheus",
    root: readRootEntries(),
    binds: [{ source, target: folder, readOnly: true }],
    argv: [
      "prometheus",
      `--config.file=${folder}/prometheus.yml`,
      "--storage.tsdb.path=/tmp/data",
      `--web.listen-address=${ADDRESSES.node}:9099`,
    ],
    environment: { PATH: "/usr/bin:/bin" },
    workingDirectory: "/",
    readOnlyRoot: false,
    uid: 65534,
    gid: 65534,
    groups: [],
    network: "cluster",
    stopSignal: "SIGTERM",
  });
  void container.start();
  await container.untilLogged(/Server is ready/, 30);
  return container;
}
