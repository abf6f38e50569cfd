import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../verify";
import { kubectl, list } from "./kubectl";
import { applyDashboard, createStage, podOf, rollout, served, type Dashboard, type Stage } from "./stage";

describe("the generated secrets", () => {
  let stage: Stage;
  let dashboard: Dashboard;
  let secrets: [string, string][];
  let needles: [string, string][];

  beforeAll(async () => {
    stage = await createStage("secrets");
    dashboard = await applyDashboard(stage);
    await rollout(stage.namespace, "queues");
    await served(dashboard);
    // So that there is something in the logs: log-ins good and bad, refusals, errors.
    await verify(dashboard.target, { bruteForce: true });
    // The private CA's certificate is no secret: it is in a ConfigMap.
    secrets = [...dashboard.secrets].filter(([where]) => !/(client|server)-tls\/ca\.crt$/.test(where));
    needles = secrets.flatMap(([where, value]) =>
      spellings(value).map((spelling): [string, string] => [where, spelling]),
    );
  });
  afterAll(() => stage.remove());

  function found(text: string): string[] {
    return [...new Set(needles.filter(([, needle]) => text.includes(needle)).map(([where]) => where))];
  }

  test("are many, and can be found where they belong", async () => {
    expect(secrets.length).toBeGreaterThanOrEqual(10);
    const all = JSON.stringify(await list(stage.namespace, "secrets"));
    const expected = secrets.map(([where]) => where).sort();
    expect(found(all).sort()).toEqual(expected);
  });

  test("are in no object of the namespace but Secrets, its events and annotations included", async () => {
    const kinds = (await kubectl(["api-resources", "--namespaced", "--verbs=list", "--output=name"]))
      .trim()
      .split("\n");
    const searched = kinds.filter((kind) => kind !== "secrets");
    const text = await kubectl([
      `--namespace=${stage.namespace}`,
      "get",
      searched.join(","),
      "--output=json",
      "--ignore-not-found",
      "--show-managed-fields",
    ]);
    console.log(
      `searched ${searched.length} kinds, ${text.length} characters, for ${needles.length} spellings of ${secrets.length} values`,
    );
    expect(text).toContain("queues-nginx");
    expect(found(text)).toEqual([]);
  });

  test("are not shown by `kubectl describe`", async () => {
    const text = await kubectl([
      `--namespace=${stage.namespace}`,
      "describe",
      "pods,secrets,configmaps,deployments,replicasets,services,ingresses,networkpolicies,events",
    ]);
    expect(text).toContain("queues-viewer");
    expect(found(text)).toEqual([]);
  });

  test("are in no log, of the dashboard or of the controller", async () => {
    const { name } = await podOf(stage);
    const logs = await kubectl([`--namespace=${stage.namespace}`, "logs", name, "--all-containers", "--tail=-1"]);
    const traefik = await kubectl(["--namespace=traefik", "logs", "deployment/traefik", "--tail=-1"]);
    expect(logs).toContain("/flower/");
    expect(found(logs + traefik)).toEqual([]);
  });

  test("are on no command line", async () => {
    const { name } = await podOf(stage);
    const read = "import glob\nfor f in glob.glob('/proc/[0-9]*/cmdline'): print(open(f).read())";
    const text = await kubectl([
      `--namespace=${stage.namespace}`,
      "exec",
      name,
      "--container=flower-viewer",
      "--",
      "python3",
      "-I",
      "-c",
      read,
    ]);
    expect(text).toContain("start.py");
    expect(found(text)).toEqual([]);
  });
});

/** How a value could appear: as it is, in base64, and line by line for a key of several lines. */
function spellings(value: string): string[] {
  const lines = value.split("\n").filter((line) => line.length >= 40 && !line.startsWith("-----"));
  return [value, Buffer.from(value).toString("base64"), ...lines.slice(0, 1)];
}
