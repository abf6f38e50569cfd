import assert from "node:assert/strict";
import { type Ask, freshClient, PodClient, PREFIX } from "../client/client";
import type { Answer } from "../client/http1";
import { credentialOf, refusal, signsIn, type Role, ROLES } from "../client/logIns";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { assertNone, type Attack } from "./attack";

/** Each exactly once, whatever Flower or the controller add. */
const DEMANDED: Readonly<Record<string, RegExp>> = {
  "Strict-Transport-Security": /^max-age=(3153\d{4}|[4-9]\d{7}|\d{9,})/,
  "X-Frame-Options": /^DENY$/,
  "X-Content-Type-Options": /^nosniff$/,
  "Referrer-Policy": /^no-referrer$/,
  "Content-Security-Policy": /^default-src 'none'; /,
  "Cross-Origin-Opener-Policy": /^same-origin$/,
  "Cross-Origin-Resource-Policy": /^same-origin$/,
  "Permissions-Policy": /camera=\(\)/,
};

/** Allowances in a policy that would leave little of it. */
const LAX_POLICY = /'unsafe-inline'|'unsafe-eval'|'strict-dynamic'|\*|https?:/;

function wrongHeaders(answer: Answer, cache: RegExp): string[] {
  const wrong = Object.entries({ ...DEMANDED, "Cache-Control": cache })
    .filter(([name, value]) => !value.test(answer.header(name) ?? ""))
    .map(([name]) => `${name}: ${answer.header(name) ?? "absent"}`);
  const policy = answer.header("Content-Security-Policy") ?? "";
  const server = answer.header("Server") ?? "";
  return [
    ...wrong,
    ...(LAX_POLICY.test(policy) ? [`Content-Security-Policy allows too much: ${policy}`] : []),
    ...(policy.includes("frame-ancestors 'none'") ? [] : ["Content-Security-Policy lets others frame the page"]),
    ...(/\d/.test(server) || answer.all("X-Powered-By").length > 0 ? [`the server tells its version: ${server}`] : []),
    ...answer.all("Access-Control-Allow-Origin").map((value) => `Access-Control-Allow-Origin: ${value}`),
    ...answer.all("Set-Cookie").flatMap(wrongCookie),
  ];
}

function wrongCookie(cookie: string): string[] {
  const flags = cookie.split(";").map((flag) => flag.trim().toLowerCase());
  return flags.includes("secure") && flags.includes("samesite=strict")
    ? []
    : [`cookie ${cookie.split("=")[0]}: ${flags.slice(1).join("; ")}`];
}

const NOT_STORED = /^no-store$/;
const STORED = /^public, max-age=\d+/;
type Case = readonly [status: number, ask: Ask, cache?: RegExp];

function cases(stack: Stack, role: Role): Case[] {
  const as = credentialOf(stack.objects, role);
  const at = (path: string): string => `${PREFIX}${path}`;
  return [
    [200, { as, target: at("/") }],
    [200, { as, target: at("/tasks") }],
    [200, { as, target: at("/api/workers") }],
    [200, { target: at("/static/js/flower.js") }, STORED],
    [200, { target: at("/static/js/flower.js?v=abc"), headers: [["Accept-Encoding", "gzip"]] }, STORED],
    [200, { method: "HEAD", target: at("/static/favicon.ico") }, STORED],
    [200, { target: at("/static/favicon.ico"), headers: [["Range", "bytes=0-9"]] }, STORED],
    [304, { target: at("/static/favicon.ico"), headers: [["If-None-Match", "*"]] }, STORED],
    [200, { target: at("/static/favicon.ico"), headers: [["Range", "bytes=999999999-"]] }, STORED],
    [301, { as, target: at("") }],
    [400, { target: at("/"), headers: [["Content-Length", "x"]] }],
    [400, { target: at("/"), headers: [["X", "x".repeat(9000)]] }],
    [refusal(stack.objects, at("/")), { target: at("/") }],
    [401, { target: at("/api/workers") }],
    [403, { as, target: at("/metrics") }],
    [403, { as, target: at("/static/none.txt/") }],
    [403, { as, client: "203.0.113.1" }],
    [
      403,
      { as, method: "POST", target: at("/tasks/datatable"), headers: [["Sec-Fetch-Site", "cross-site"]], body: "" },
    ],
    [404, { as, target: at("/task/no-such-task") }],
    [404, { as, target: at("/api/task/info/no-such-task") }],
    [404, { target: at("/static/js/no-such-file.js") }],
    [413, { as, method: "POST", target: at("/tasks/datatable"), headers: [["Content-Length", "99999999"]] }],
    [414, { as, target: at(`/tasks?${"x".repeat(9000)}`) }],
    [421, { as, host: "no-such-host" }],
    [503, { as, target: at("/api/task/result/no-such-task") }],
  ];
}

async function everyStatus(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    for (const [status, ask, cache = NOT_STORED] of [...cases(stack, role), ...(await tooMany(stack, role))]) {
      const answer = await client.ask({ to: role, ...ask });
      const where = `${role} ${ask.method ?? "GET"} ${(ask.target ?? "").slice(0, 40)}`;
      if (answer.status !== status) found.push(`${where}: ${answer.status}, not ${status}`);
      found.push(...wrongHeaders(answer, cache).map((wrong) => `${where}, ${answer.status}: ${wrong}`));
    }
  }
  client.close();
  assertNone("headers that are missing or wrong", found);
}

/** One guess more than is allowed. */
async function tooMany(stack: Stack, to: Role): Promise<Case[]> {
  const wrong: Ask = signsIn(stack.objects)
    ? { target: `${PREFIX}/login?code=guessed&state=x` }
    : { as: { name: "nobody", password: "guessed" } };
  const guess: Ask = { to, client: freshClient(), ...wrong };
  const client = new PodClient(stack);
  await until("guesses are refused", async () => (await client.ask(guess)).status === 429, 10);
  client.close();
  return [[429, guess]];
}

/** While a Flower is away, nginx answers for it. */
async function flowerAway(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const role of ROLES) {
    const client = new PodClient(stack);
    const as = credentialOf(stack.objects, role);
    const container = `flower-${role}`;
    const pids = stack.demo.pod.pids(container);
    // Started again by the kubelet's stand-in, after a second.
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await until("Flower has ended", () => !pids.some((pid) => stack.demo.pod.pids(container).includes(pid)), 10);
    for (const target of ["/", "/api/workers", "/tasks/datatable"]) {
      const answer = await client.ask({ to: role, as, target: `${PREFIX}${target}` });
      if (answer.status !== 503) found.push(`${role} ${target}: ${answer.status}`);
      if (!answer.body.startsWith("Flower does not answer"))
        found.push(`${role} ${target}: ${answer.body.slice(0, 80)}`);
      if (!answer.header("content-type")?.startsWith("text/plain"))
        found.push(`${role} ${target}: ${answer.header("content-type")}`);
      found.push(...wrongHeaders(answer, NOT_STORED).map((wrong) => `${role} ${target}: ${wrong}`));
    }
    const file = await client.ask({ to: role, target: `${PREFIX}/static/js/flower.js` });
    if (file.status !== 200) found.push(`${role}: static files need Flower`);
    client.close();
  }
  await stack.untilReady();
  assertNone("answers that are wrong while Flower is away", found);
}

/** Flower's own headers say less, and twice is as bad as never: a browser drops a doubled X-Frame-Options. */
async function throughController(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const role of ROLES) {
    const line = await stack.toController(role);
    line.send(`GET ${PREFIX}/ HTTP/1.1\r\nHost: ${stack.authority(role)}\r\n\r\n`);
    const answer = await line.answer();
    line.close();
    assert.equal(answer.status, refusal(stack.objects, `${PREFIX}/`));
    found.push(...wrongHeaders(answer, NOT_STORED).map((wrong) => `${role}: ${wrong}`));
  }
  assertNone("headers that are missing or wrong behind the controller", found);
}

const control = "headers";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "every status of both origins carries every security header once, and only static files may be kept",
    run: everyStatus,
  },
  { control, title: "the headers reach the browser through the ingress controller", run: throughController },
  {
    control,
    title: "while Flower is away, a 503 in plain text carries them too, and static files are served",
    run: flowerAway,
  },
];
