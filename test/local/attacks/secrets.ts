import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { WORKER_READY } from "../../../local/demo/workload";
import { type Container, objectsOfKind } from "../../../local/pod";
import { type Ask, freshClient, PodClient, PREFIX } from "../client/client";
import { COOKIE_SECRET_FILE, cookieSecretIn } from "../client/cookieSecret";
import { credentialOf, logInOf, ROLES, secretOf } from "../client/logIns";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { assertNone, type Attack } from "./attack";
import { found, needlesOf, type Needle } from "./secretValues";

/** What a query holds here: a task's arguments, an OAuth code or a password that somebody has put there. */
const IN_QUERY = "a-word-of-a-query";

/** Requests with a password wherever one could end up by mistake. Not in a path: that is logged, as every server does. */
function careless(stack: Stack): Ask[] {
  return ROLES.flatMap((to): Ask[] => {
    const as = logInOf(stack.objects, to);
    const query = `?${IN_QUERY}&password=${as.password}`;
    const headers = ["Referer", "User-Agent", "Cookie", "X-Forwarded-Host", "X-Request-ID", "Origin", "Upgrade"].map(
      (name) => [name, `https://${as.name}:${as.password}@x/`] as const,
    );
    return [
      { to, as },
      { to, as: { ...as, name: "nobody" } },
      { to, as, target: `${PREFIX}/${query}` },
      { to, as, target: `${PREFIX}/api/task/info/none${query}` },
      { to, as, target: `${PREFIX}/tasks/datatable${query}` },
      { to, as, target: `${PREFIX}/metrics${query}` },
      { to, as, target: `${PREFIX}/static/js/none.js${query}` },
      { to, as, target: `https://${as.name}:${as.password}@${stack.authority(to)}${PREFIX}/` },
      { to, as, headers },
      { to, as, host: `${as.password}.example` },
      { to, headers: [["Authorization", `Bearer ${as.password}`]] },
      { to, headers: [["Authorization", `Basic ${as.password}`]] },
      { to, headers: [["X", as.password.repeat(400)]] },
      { to, as, headers: [["Content-Length", as.password]] },
      { to, as, method: as.password },
      { to, as, method: "POST", target: `${PREFIX}/tasks/datatable`, body: `password=${as.password}` },
      {
        to,
        as,
        method: "POST",
        target: `${PREFIX}/api/task/send-task/shop.none${query}`,
        body: `{"args": "${as.password}"}`,
      },
    ];
  });
}

async function send(stack: Stack, asks: readonly Ask[]): Promise<void> {
  const client = new PodClient(stack);
  for (const ask of asks) await client.ask({ seconds: 10, ...ask }).catch(() => client.close());
  client.close();
}

/** The same with Flower away, with the broker away, and with too many guesses. */
async function traffic(stack: Stack): Promise<void> {
  const { pod } = stack.demo;
  await send(stack, careless(stack));
  const guess: Ask = { as: { ...logInOf(stack.objects, "viewer"), name: "nobody" }, client: freshClient() };
  await send(stack, Array<Ask>(20).fill(guess));
  await withoutBroker(stack, async () => {
    const paths = ["api/workers?refresh=1&", "broker?", "api/queues/length?"];
    await send(
      stack,
      paths.map((path) => ({ as: logInOf(stack.objects, "viewer"), target: `${PREFIX}/${path}${IN_QUERY}` })),
    );
  });
  const pids = pod.pids("flower-viewer");
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until("Flower has ended", () => !pids.some((pid) => pod.pids("flower-viewer").includes(pid)));
  await send(
    stack,
    careless(stack).filter(({ to }) => to === "viewer"),
  );
  await stack.untilReady();
}

/** The worker is stopped too: Celery does not get over every end of its broker, and other attacks need it. */
async function withoutBroker({ demo: { broker, worker } }: Stack, run: () => Promise<void>): Promise<void> {
  if (worker === undefined) throw new Error("the demo has no worker");
  await worker.stop(0);
  await broker.stop(2);
  await run();
  await restarted(broker, /Ready to accept connections/);
  await restarted(worker, WORKER_READY);
}

async function restarted(container: Container, ready: RegExp): Promise<void> {
  const starts = (): number => [...container.log.text.matchAll(new RegExp(ready.source, "g"))].length;
  const before = starts();
  void container.start();
  await until(`${container.name} is ready again`, () => starts() > before, 30);
}

async function logs(stack: Stack): Promise<void> {
  await traffic(stack);
  const { pod, controller, broker, worker } = stack.demo;
  const texts = [
    ...pod.containerNames.map((name) => [name, pod.logs(name)] as const),
    ...[controller.container, broker, worker].flatMap((container) =>
      container ? [[container.name, container.log.text] as const] : [],
    ),
  ];
  assert.ok(
    pod.logs("nginx").includes('"status":503') && pod.logs("nginx").includes('"status":429'),
    "the traffic was not what it should be",
  );
  const needles = needlesOf(stack.objects);
  assertNone(
    "secrets in logs",
    texts.flatMap(([name, text]) => found(needles, `log of ${name}`, text)),
  );
  const queries = texts.filter(([name, text]) => pod.containerNames.includes(name) && text.includes(IN_QUERY));
  assertNone(
    "logs of the pod with a query",
    queries.map(([name]) => name),
  );
}

/** Everything that runs on this machine, the sandbox and its makers among it. */
function everyProcess(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function readProcess(pid: number, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1").replaceAll("\0", "\n");
  } catch {
    return "";
  }
}

function commandLines(stack: Stack): void {
  const needles = needlesOf(stack.objects);
  const flower = stack.demo.pod.pids("flower-viewer").map((pid) => readProcess(pid, "cmdline"));
  assert.ok(flower.join("").includes("start.py"), "command lines can be read");
  assertNone(
    "secrets in command lines",
    everyProcess().flatMap((pid) => found(needles, `process ${pid}`, readProcess(pid, "cmdline"))),
  );
}

function environments(stack: Stack): void {
  const { pod } = stack.demo;
  const needles = needlesOf(stack.objects);
  /** By reference to its Secret: the broker, at which everybody in the pod is anyway. */
  const allowed = (container: string, { what }: Needle): boolean =>
    container !== "nginx" && /^queues-broker\/url|^the broker's password/.test(what);
  const leaks = pod.plan.containers.flatMap(({ name, environment }) => {
    // nginx writes its title over its own, so what it was started with counts too.
    const given = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
    const texts = [given.join("\n"), ...pod.pids(name).map((pid) => readProcess(pid, "environ"))];
    return texts.flatMap((text) =>
      found(
        needles.filter((needle) => !allowed(name, needle)),
        name,
        text,
      ),
    );
  });
  const [viewer] = pod.pids("flower-viewer");
  assert.ok(
    readProcess(viewer ?? 0, "environ").includes(secretOf(stack.objects, "queues-broker").get("url") ?? ""),
    "environments can be read",
  );
  assertNone("secrets in environments", leaks);
}

function manifests(stack: Stack): void {
  const needles = needlesOf(stack.objects);
  const others = stack.objects.filter(({ kind }) => kind !== "Secret");
  const secrets = objectsOfKind(stack.objects, "Secret").map(({ metadata, kind, type }) => ({ kind, metadata, type }));
  const leaks = [...others, ...secrets].flatMap((object) =>
    found(needles, `${object.kind} ${object.metadata.name}`, JSON.stringify(object)),
  );
  const { url, adminUrl, httpUrl } = stack.demo.connection;
  assertNone("secrets outside of Secrets", [
    ...leaks,
    ...[url, adminUrl, httpUrl].flatMap((text) => found(needles, "URL", text)),
  ]);
}

/** The file has one name in both: whose secret it is, its content tells. */
function foreignCookieSecret(stack: Stack, container: string): string[] {
  if (container === "nginx") return [];
  const own = secretOf(stack.objects, "queues-cookie").get(container.slice("flower-".length));
  return cookieSecretIn(stack, container) === own ? [] : [`${container}: the cookie secret of another`];
}

/** What somebody could read who took one container over. */
function mounts(stack: Stack): void {
  const { pod } = stack.demo;
  const leaks = ["nginx", "flower-viewer", "flower-admin"].flatMap((container) => {
    const [pid] = pod.pids(container);
    const own = { nginx: [], "flower-viewer": ["viewer"], "flower-admin": ["admin"] }[container] ?? [];
    const readable = ["/run/secrets/flower/users", "/run/secrets/flower/cookie", "/etc/nginx/tls"].flatMap((folder) => {
      try {
        return readdirSync(`/proc/${pid}/root${folder}`)
          .filter((name) => !name.startsWith(".."))
          .map((name) => `${folder}/${name}`);
      } catch {
        return [];
      }
    });
    const users = own
      .flatMap((role) => [...secretOf(stack.objects, `queues-${role}`).keys()])
      .map((name) => `/run/secrets/flower/users/${name}`)
      .concat(COOKIE_SECRET_FILE);
    const expected =
      container === "nginx" ? ["ca.crt", "tls.crt", "tls.key"].map((name) => `/etc/nginx/tls/${name}`) : users;
    return [
      ...readable.filter((file) => !expected.includes(file)).map((file) => `${container}: ${file}`),
      ...foreignCookieSecret(stack, container),
    ];
  });
  assertNone("secrets of others in a container's files", leaks);
}

/** The demo's worker has its broker's password in settings where Celery does not look for one. */
async function workerSettings(stack: Stack): Promise<void> {
  const { password } = new URL(secretOf(stack.objects, "queues-broker").get("url") ?? "");
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    for (const path of ["api/workers?refresh=1", "api/workers", "worker/worker@shop"]) {
      const ask: Ask = { to: role, as: credentialOf(stack.objects, role), target: `${PREFIX}/${path}` };
      let body = "";
      // Names are shown: it is the settings that were looked at, and not an answer without them.
      const hasSettings = async (): Promise<boolean> => {
        ({ body } = await client.ask(ask));
        return ["redbeat_redis_url", "sentinel_kwargs", "fallbacks", "task_send_sent_event"].every((name) =>
          body.includes(name),
        );
      };
      await until(`${path} has the worker's settings`, hasSettings, 20);
      if (body.includes(password)) found.push(`${role} /${path}`);
    }
  }
  client.close();
  assertNone("answers with the broker's password", found);
}

const control = "secrets";

export const attacks: readonly Attack[] = [
  { control, title: "no secret is in any process' command line", run: commandLines },
  {
    control,
    title: "no password or cookie secret is in an environment, and no secret at all in nginx'",
    run: environments,
  },
  { control, title: "no container can read the secrets of another", run: mounts },
  { control, title: "no secret is in a ConfigMap, Deployment, annotation or URL", on: "objects", run: manifests },
  { control, title: "no password is in what a page or the API shows of a worker's settings", run: workerSettings },
  { control, title: "no secret is in any log, whatever fails, and no query is in the pod's", run: logs },
];
