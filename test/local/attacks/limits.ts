import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject } from "../../../local/pod";
import { askPod, freshClient, PodClient, PREFIX, requestBytes } from "../client/client";
import { type HeaderLines, Late, type Line } from "../client/http1";
import { credentialLines, credentialOf, type Role, ROLES } from "../client/logIns";
import { replaced, withIpv6Clients, withScript } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

/** nginx' own limits are ten seconds. */
const LONGEST_WAIT = 14;

/** Sends a piece again and again, and expects to be cut off. */
async function trickle(line: Line, start: string, piece: string, everySeconds: number): Promise<string[]> {
  line.send(start);
  const timer = setInterval(() => line.send(piece), everySeconds * 1000);
  try {
    await line.untilEnded(LONGEST_WAIT);
    return [];
  } catch (error) {
    if (error instanceof Late) return [`${JSON.stringify(start.slice(0, 30))} …`];
    throw error;
  } finally {
    clearInterval(timer);
    line.close();
  }
}

function head(stack: Stack, role: Role): string {
  const lines: HeaderLines = [
    ["Host", stack.authority(role)],
    ["X-Forwarded-For", freshClient()],
    ...credentialLines(credentialOf(stack.objects, role)),
  ];
  return lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
}

async function slowHeaders(stack: Stack): Promise<void> {
  const get = `GET ${PREFIX}/api/workers HTTP/1.1\r\n`;
  const found = await Promise.all([
    stack.toPod().then((line) => trickle(line, "", "", 60)),
    stack.toPod().then((line) => trickle(line, "G", "E", 2)),
    stack.toPod().then((line) => trickle(line, get, "X: y\r\n", 1)),
    stack.toPod().then((line) => trickle(line, get + head(stack, "viewer"), "", 60)),
    // A handshake that never begins.
    stack.tcp(8443).then(async (socket) => {
      const ended = new Promise<boolean>((resolve) =>
        socket
          .on("close", () => resolve(true))
          .on("error", () => resolve(true))
          .resume(),
      );
      const late = await Promise.race([ended, sleep(LONGEST_WAIT * 1000, false)]);
      socket.destroy();
      return late ? [] : ["a handshake that never begins"];
    }),
  ]);
  assertNone("connections that were not cut off", found.flat());
}

async function stalledBodies(stack: Stack): Promise<void> {
  const post = (role: Role): string => `POST ${PREFIX}/tasks/datatable HTTP/1.1\r\n${head(stack, role)}`;
  const found = await Promise.all(
    ROLES.flatMap((role) => [
      stack.toPod().then((line) => trickle(line, `${post(role)}Content-Length: 1000\r\n\r\ndraw`, "", 60)),
      stack.toPod().then((line) => trickle(line, `${post(role)}Transfer-Encoding: chunked\r\n\r\n5\r\ndr`, "", 60)),
    ]),
  );
  assertNone("connections that were not cut off", found.flat());
}

async function sizes(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    const as = credentialOf(stack.objects, role);
    const most = role === "viewer" ? 16 * 1024 : 64 * 1024;
    const expect = async (what: string, statuses: number[], ask: Parameters<PodClient["ask"]>[0]): Promise<void> => {
      const answer = await client
        .ask({ to: role, as, method: "POST", target: `${PREFIX}/tasks/datatable`, seconds: 3, ...ask })
        .catch(() => undefined);
      if (!statuses.includes(answer?.status ?? 0)) found.push(`${role}, ${what}: ${answer?.status ?? "no answer"}`);
      client.close();
    };
    await expect("a body that is announced too large", [413], { headers: [["Content-Length", String(most + 1)]] });
    await expect("a huge body that is announced", [413], { headers: [["Content-Length", "99999999999"]] });
    const chunk = `${(most + 1).toString(16)}\r\n${"x".repeat(most + 1)}\r\n0\r\n\r\n`;
    await expect("a body that grows too large", [413], {
      headers: [["Transfer-Encoding", "chunked"]],
      bareBody: chunk,
    });
    await expect("a body that is large enough", [200, 400], { body: "x".repeat(most) });
    await expect("a header that is too long", [400, 414, 431], { headers: [["X", "x".repeat(9000)]] });
    await expect("too many headers", [400, 414, 431], {
      headers: Array.from({ length: 500 }, (_, index) => [`X-${index}`, "x".repeat(100)] as const),
    });
    await expect("a target that is too long", [414], { target: `${PREFIX}/tasks/datatable?${"x".repeat(9000)}` });
  }
  assertNone("sizes that are wrong", found);
}

/** Where each request comes from. */
type Addresses = (turn: number) => string;

/** One address for all. */
function sameAddress(): Addresses {
  const address = freshClient();
  return () => address;
}

/** nginx waits for a body before it asks Flower, and counts who keeps it waiting. */
async function manyConnections(stack: Stack, address: Addresses, elsewhere: string): Promise<void> {
  const as = credentialOf(stack.objects, "viewer");
  const ask = {
    as,
    method: "POST",
    target: `${PREFIX}/tasks/datatable`,
    headers: [["Content-Length", "1000"]] as const,
  };
  const lines = await Promise.all(Array.from({ length: 90 }, () => stack.toPod()));
  lines.forEach((line, turn) => line.send(requestBytes(stack, ask, address(turn))));
  const refused = await Promise.all(
    lines.map((line) =>
      line.answer("POST", 2).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  );
  const held = refused.filter((status) => status === 0).length;
  const started = Date.now();
  const other = await askPod(stack, { as, client: elsewhere });
  const seconds = (Date.now() - started) / 1000;
  for (const line of lines) line.close();
  assert.ok(held <= 64, `one client holds ${held} connections`);
  assert.ok(
    held > 0 && refused.every((status) => status === 0 || status === 429),
    `statuses: ${[...new Set(refused)].join(", ")}`,
  );
  assert.equal(other.status, 200, "another client is served");
  assert.ok(seconds < 2, `another client waited ${seconds} s`);
}

async function flood(stack: Stack, address: Addresses, elsewhere: string): Promise<void> {
  const as = credentialOf(stack.objects, "viewer");
  const clients = Array.from({ length: 4 }, () => new PodClient(stack));
  const statuses = (
    await Promise.all(
      clients.map(async (client, index) => {
        const seen: number[] = [];
        for (let turn = index; turn < 300; turn += clients.length)
          seen.push((await client.ask({ as, target: `${PREFIX}/api/task/types`, client: address(turn) })).status);
        client.close();
        return seen;
      }),
    )
  ).flat();
  assert.ok(statuses.includes(429), "300 requests at once were all served");
  const other = await askPod(stack, { as, client: elsewhere });
  assert.equal(other.status, 200, "another client is served");
}

/** Networks of this attack alone: what others have counted is not counted here. */
async function wholeNetwork(stack: Stack): Promise<void> {
  const address: Addresses = (turn) => `2001:db8:0:a::${(turn + 1).toString(16)}`;
  await manyConnections(stack, address, "2001:db8:0:b::1");
  await flood(stack, address, "2001:db8:0:b::1");
}

/** The component gives Flower no result backend, so here it has one: that of a custom image. */
export const withResults = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  withScript(objects, "broker.py", (text) =>
    replaced(
      text,
      '"broker_use_ssl": tls_settings(scheme),',
      '"broker_use_ssl": tls_settings(scheme),\n        "result_backend": demand("CELERY_BROKER_URL"),',
    ),
  );

async function waitingResults(stack: Stack): Promise<void> {
  const started = Date.now();
  const queries = [
    "?timeout=20",
    "?timeout=20&x",
    "?x&timeout=20",
    "?timeout=%320",
    "?timeou%74=20",
    "?Timeout=20&timeout=20",
    "??timeout=20",
    "?timeout=20#",
    "?timeout=1e9",
  ];
  // An id that nothing is known of: a task that is known to have ended is not waited for.
  const task = randomUUID();
  const asked = ROLES.flatMap((role) =>
    queries.map((query) => ({ role, target: `${PREFIX}/api/task/result/${task}${query}` })),
  );
  const late: string[] = [];
  await Promise.all(
    asked.map(async ({ role, target }) => {
      const answer = await askPod(stack, { to: role, as: credentialOf(stack.objects, role), target, seconds: 6 }).catch(
        () => undefined,
      );
      const ok = answer?.status === 200 || (target.includes("#") && answer?.status === 403);
      if (!ok) late.push(`${role} ${target}: ${answer?.status ?? "no answer"}`);
    }),
  );
  assertNone("result calls that wait", late);
  assert.ok(Date.now() - started < 5000, `${asked.length} result calls took ${Date.now() - started} ms`);
}

const control = "limits";

export const attacks: readonly Attack[] = [
  { control, title: "a connection whose headers trickle in is cut off", run: slowHeaders },
  { control, title: "a connection whose body stalls is cut off", run: stalledBodies },
  { control, title: "bodies, headers and targets have a largest size", run: sizes },
  {
    control,
    title: "one client holds at most 64 connections, and meanwhile another is served at once",
    run: (stack) => manyConnections(stack, sameAddress(), freshClient()),
  },
  {
    control,
    title: "one client's flood of requests is cut, and meanwhile another is served",
    run: (stack) => flood(stack, sameAddress(), freshClient()),
  },
  {
    control,
    title:
      "connections and requests from ever new addresses of one IPv6 network count as one client's, and not as the next network's",
    setup: withIpv6Clients,
    run: wholeNetwork,
  },
  {
    control,
    title: "no result call waits for a task, whatever its query says",
    setup: withResults,
    run: waitingResults,
  },
];
