import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Answer } from "../client/http1";
import { freshClient, PodClient, PREFIX } from "../client/client";
import {
  credentialOf,
  logInOf,
  refusal,
  ROLES,
  sessionOf,
  signsIn,
  type Credential,
  type LogIn,
  type Role,
  type Session,
} from "../client/logIns";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { imageVenv } from "../flower-scripts/venvs";
import { assertNone, type Attack } from "./attack";

/** What a route of Flower's is, seen from outside. */
interface Route {
  /** A path that fits the pattern; `{task}` becomes a task that exists. */
  readonly path: string;
  /** Status for whoever has the right log-in, by method; any other method is refused. */
  readonly viewer: Readonly<Record<string, number>>;
  readonly admin: Readonly<Record<string, number>>;
  /** Served to everybody. */
  readonly open?: boolean;
}

const NOWHERE = {};
const read = (path: string, GET = 200): Route => ({ path, viewer: { GET }, admin: { GET } });
const control = (path: string, POST: number): Route => ({ path, viewer: NOWHERE, admin: { POST } });
const closed = (path: string): Route => ({ path, viewer: NOWHERE, admin: NOWHERE });

const COLUMN = "draw=1&start=0&length=1&order[0][column]=0&order[0][dir]=asc&columns[0][data]=name&search[value]=";

/** By the pattern in Flower's URL table. Worker calls name a worker that does not exist, so that nothing happens. */
const ROUTES: Readonly<Record<string, Route>> = {
  "/": read("/"),
  "/workers": read("/workers"),
  "/worker/(.+)": read("/worker/worker@shop"),
  "/task/(.+)": read("/task/{task}"),
  "/tasks": read("/tasks"),
  "/tasks/datatable": {
    path: `/tasks/datatable?${COLUMN}`,
    viewer: { GET: 200, POST: 200 },
    admin: { GET: 200, POST: 200 },
  },
  "/broker": read("/broker"),
  "/api/workers": read("/api/workers"),
  "/api/worker/shutdown/(.+)": control("/api/worker/shutdown/nobody", 404),
  "/api/worker/pool/restart/(.+)": control("/api/worker/pool/restart/nobody", 404),
  "/api/worker/pool/grow/(.+)": control("/api/worker/pool/grow/nobody", 404),
  "/api/worker/pool/shrink/(.+)": control("/api/worker/pool/shrink/nobody", 404),
  "/api/worker/pool/autoscale/(.+)": control("/api/worker/pool/autoscale/nobody", 404),
  "/api/worker/queue/add-consumer/(.+)": control("/api/worker/queue/add-consumer/nobody", 404),
  "/api/worker/queue/cancel-consumer/(.+)": control("/api/worker/queue/cancel-consumer/nobody", 404),
  "/api/tasks": read("/api/tasks"),
  "/api/task/types": read("/api/task/types"),
  "/api/queues/length": read("/api/queues/length"),
  "/api/task/info/(.*)": read("/api/task/info/{task}"),
  // Flower has no task's code and no result backend here, and says so once it knows who asks.
  "/api/task/apply/(.+)": control("/api/task/apply/shop.none", 404),
  "/api/task/async-apply/(.+)": control("/api/task/async-apply/shop.none", 404),
  "/api/task/send-task/(.+)": control("/api/task/send-task/shop.send_receipt", 200),
  "/api/task/result/(.+)": read("/api/task/result/{task}", 503),
  "/api/task/abort/(.+)": control("/api/task/abort/no-such-task", 503),
  "/api/task/timeout/(.+)": control("/api/task/timeout/shop.none?workername=nobody&soft=1", 404),
  "/api/task/rate-limit/(.+)": control("/api/task/rate-limit/shop.none?workername=nobody&ratelimit=1/s", 404),
  "/api/task/revoke/(.+)": control("/api/task/revoke/no-such-task", 200),
  "/metrics": closed("/metrics"),
  "/healthcheck": closed("/healthcheck"),
  "/static/(.*)": {
    path: "/static/js/flower.js",
    viewer: { GET: 200, HEAD: 200 },
    admin: { GET: 200, HEAD: 200 },
    open: true,
  },
  "/login/?": closed("/login"),
  "/logout": closed("/logout"),
  ".*": closed("/no-such-page"),
};

/** What is open where people sign in with an identity provider. */
const SIGN_IN: readonly Route[] = [
  { path: "/login", viewer: { GET: 302 }, admin: { GET: 302 }, open: true },
  { path: "/logout", viewer: { GET: 200 }, admin: { GET: 200 }, open: true },
];

const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"];
const PRINT = `
from flower.urls import handlers
for handler in handlers:
    print(handler[0] if isinstance(handler, tuple) else handler.regex.pattern.removesuffix("$"))
`;

/** The patterns of the installed Flower's URL table. */
async function installedPatterns(): Promise<string[]> {
  const python = join(await imageVenv(), "bin", "python");
  return execFileSync(python, ["-I", "-c", PRINT], { encoding: "utf8" }).trim().split("\n");
}

/** The routes of a URL table; rejects a table with a route that is not known here, or without one that is. */
export function knownRoutes(patterns: readonly string[]): Route[] {
  const unknown = patterns.filter((pattern) => !Object.hasOwn(ROUTES, pattern));
  assertNone("routes of the installed Flower that nobody has decided on", unknown);
  assertNone(
    "routes that the installed Flower does not have any more",
    Object.keys(ROUTES).filter((known) => !patterns.includes(known)),
  );
  return Object.values(ROUTES);
}

/** Who asks: with which log-in, and whether it is right for that dashboard. */
interface Caller {
  readonly who: string;
  readonly as: Credential | undefined;
  readonly right: boolean;
}

function callers(stack: Stack, role: Role): Caller[] {
  const own = credentialOf(stack.objects, role);
  const other = credentialOf(stack.objects, role === "viewer" ? "admin" : "viewer");
  return [
    { who: "nobody", as: undefined, right: false },
    ...("session" in own ? wrongSessions(stack, role, own) : wrongLogIns(own)),
    { who: "the other role", as: other, right: false },
    { who: "the right log-in", as: own, right: true },
  ];
}

function wrongLogIns(own: LogIn): Caller[] {
  return [
    { who: "a wrong password", as: { ...own, password: `${own.password.slice(0, -1)}!` }, right: false },
    { who: "a wrong user", as: { ...own, name: "nobody" }, right: false },
  ];
}

function wrongSessions({ objects }: Stack, role: Role, { session }: Session): Caller[] {
  const last = session.endsWith("0") ? "1" : "0";
  return [
    { who: "a session with a wrong signature", as: { session: session.slice(0, -1) + last }, right: false },
    { who: "somebody who is on no list any more", as: sessionOf(objects, role, "eve@evil.example"), right: false },
    { who: "a session of yesterday", as: sessionOf(objects, role, undefined, 24), right: false },
  ];
}

function expected({ objects }: Stack, route: Route, role: Role, method: string, right: boolean): number {
  const status = route[role][method];
  if (status === undefined) return 403;
  return right || route.open ? status : refusal(objects, route.path, method);
}

/** Whatever is about the shop's workers and tasks. */
function hasData({ body }: Answer): boolean {
  return /shop\.|uuid|pool|worker@|redis/i.test(body);
}

/** A task that both processes know of, by the worker's log: what the attack is about is not asked who may ask. */
async function someTask(client: PodClient, stack: Stack): Promise<string> {
  let task = "";
  const isKnownTo = async (role: Role): Promise<boolean> => {
    const answer = await client.ask({
      to: role,
      as: credentialOf(stack.objects, role),
      target: `${PREFIX}/task/${task}`,
    });
    return answer.status !== 404;
  };
  await until("both processes know of a task", async () => {
    const received = [...(stack.demo.worker?.log.text ?? "").matchAll(/Task shop\.\w+\[([0-9a-f-]{36})\] received/g)];
    task = received.at(-1)?.[1] ?? "none";
    return (await isKnownTo("viewer")) && (await isKnownTo("admin"));
  });
  return task;
}

async function everyRoute(stack: Stack): Promise<void> {
  const opened = signsIn(stack.objects) ? SIGN_IN : [];
  const routes = knownRoutes(await installedPatterns()).map(
    (route) => opened.find(({ path }) => path === route.path) ?? route,
  );
  const client = new PodClient(stack);
  const task = await someTask(client, stack);
  const found: string[] = [];
  for (const role of ROLES) {
    for (const caller of callers(stack, role)) {
      for (const route of routes) {
        // A few are enough to fail, and a hundred take long.
        if (found.length < 20)
          found.push(
            ...(await wrongAnswers(stack, client, role, caller, {
              ...route,
              path: route.path.replace("{task}", task),
            })),
          );
      }
    }
  }
  client.close();
  assertNone("routes that answered otherwise than decided", found);
}

async function wrongAnswers(
  stack: Stack,
  client: PodClient,
  role: Role,
  { who, as, right }: Caller,
  route: Route,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const method of METHODS) {
    const target = `${PREFIX}${route.path}`;
    const answer = await client.ask({ to: role, method, target, as, body: method === "POST" ? "{}" : undefined });
    const wanted = expected(stack, route, role, method, right);
    const what = `${role} ${method} ${target} by ${who}`;
    if (answer.status !== wanted) wrong.push(`${what}: ${answer.status}, not ${wanted}`);
    else if (!right && !route.open && hasData(answer)) wrong.push(`${what}: data in the refusal`);
  }
  return wrong;
}

/** Authorization that is almost right. */
function almost({ name, password }: LogIn): string[] {
  const encode = (text: string): string => Buffer.from(text, "latin1").toString("base64");
  const right = encode(`${name}:${password}`);
  return [
    ...["", "Basic", "Basic ", "Basic Og==", "Basic =", "Basic %", `Bearer ${right}`, `Digest ${right}`, right],
    ...[`${name}:`, `:${password}`, `${name}:${password} `, ` ${name}:${password}`, `${name}:${password}\n`].map(
      (text) => `Basic ${encode(text)}`,
    ),
    ...[
      `${name}:${password}\0`,
      `${name.toUpperCase()}:${password}`,
      `${name}:${password},x:y`,
      `${name},${password}`,
    ].map((text) => `Basic ${encode(text)}`),
    ...[`${name}:${password.toLowerCase()}`, `${name}:${encode(password)}`, `${name}:ÿ`, ",", ":"].map(
      (text) => `Basic ${encode(text)}`,
    ),
    `Basic ${right} x`,
    `Basic x, Basic ${encode("x:y")}`,
  ];
}

async function almostRight(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    for (const value of almost(logInOf(stack.objects, role))) {
      const answer = await client.ask({ to: role, headers: [["Authorization", value]], client: freshClient() });
      if (answer.status !== 401) found.push(`${role}: ${answer.status} for a log-in of ${value.length} characters`);
    }
    const cookies = await client.ask({
      to: role,
      headers: [["Cookie", "user=2|1:0|10:1700000000|4:user|4:YW5h|0; _xsrf=1"]],
    });
    if (cookies.status !== 401) found.push(`${role}: ${cookies.status} for a made-up cookie`);
  }
  client.close();
  assertNone("log-ins that are almost right and were not refused", found);
}

/** A new Flower with a new route has to be noticed. */
export function assertNewRoutesAreNoticed(): void {
  assert.throws(() => knownRoutes([...Object.keys(ROUTES), "/api/new"]), /\/api\/new/);
  assert.throws(() => knownRoutes(Object.keys(ROUTES).slice(1)), /any more/);
}

export const attacks: readonly Attack[] = [
  {
    control: "authentication",
    title: "every route of the installed Flower answers the right log-in only, by every method and on both origins",
    run: everyRoute,
  },
  { control: "authentication", title: "a log-in that is almost right is refused", auth: "basic", run: almostRight },
];
