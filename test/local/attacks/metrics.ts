import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { ADDRESSES } from "../../../local/pod";
import { askPod, requestBytes, freshClient } from "../client/client";
import { withFeatures } from "../client/features";
import { type Answer, bytesOf, Line } from "../client/http1";
import { logInOf, type Role, secretOf } from "../client/logIns";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { assertNone, type Attack } from "./attack";
import { makeCertificate } from "./certificates";

const PORTS = { dashboard: 8443, metrics: 9090 } as const;
const NAME = "queues.flower.internal";

/** A certificate and its key from a rendered Secret, and the CA by which its owner knows the pod. */
function pairOf(stack: Stack, secret: string): ConnectionOptions {
  const content = secretOf(stack.objects, secret);
  return { cert: content.get("tls.crt"), key: content.get("tls.key") };
}

function scraperOf(stack: Stack): ConnectionOptions {
  return {
    ...pairOf(stack, "queues-metrics-client-tls"),
    ca: secretOf(stack.objects, "queues-metrics-client-tls").get("ca.crt"),
  };
}

async function dial(stack: Stack, port: number, tls: ConnectionOptions): Promise<TLSSocket> {
  const socket = await stack.tcp(port, ADDRESSES.pod, ADDRESSES.neighbour);
  const stream = connect({ socket, servername: NAME, ...tls });
  await new Promise<void>((resolve) => {
    stream
      .once("secureConnect", resolve)
      .once("close", resolve)
      .once("error", () => resolve());
  });
  return stream;
}

/** What a scraper gets. */
async function scrape(stack: Stack, target: string, method = "GET", tls = scraperOf(stack)): Promise<Answer> {
  const line = new Line(await dial(stack, PORTS.metrics, tls));
  line.send(bytesOf({ method, target, headers: [["Host", "pod"]] }));
  const answer = await line.answer(method, 10);
  line.close();
  return answer;
}

/** The bytes of an answer to somebody who otherwise does everything right. */
async function bytesFor(stack: Stack, port: number, tls: ConnectionOptions): Promise<number> {
  const line = new Line(await dial(stack, port, { rejectUnauthorized: false, ...tls }));
  const metrics = bytesOf({ method: "GET", target: "/metrics", headers: [["Host", "pod"]] });
  line.send(
    port === PORTS.metrics ? metrics : requestBytes(stack, { as: logInOf(stack.objects, "viewer") }, freshClient()),
  );
  const said = await line.anything(5);
  line.close();
  return said.length;
}

/** The value of a metric of a process. */
async function valueOf(stack: Stack, role: Role, metric: string): Promise<number> {
  const { status, body } = await scrape(stack, role === "viewer" ? "/metrics" : "/metrics/admin");
  assert.equal(status, 200, `/metrics of the ${role}s`);
  return Number(new RegExp(`^${metric}\\{.*\\} (\\S+)$`, "m").exec(body)?.[1] ?? Number.NaN);
}

async function shown(stack: Stack): Promise<void> {
  const now = Date.now() / 1000;
  await until("Flower has heard of the worker", async () =>
    (await scrape(stack, "/metrics")).body.includes("flower_worker_online"),
  );
  const notAfter = new X509Certificate(secretOf(stack.objects, "queues-server-tls").get("tls.crt") ?? "").validTo;
  assert.equal(
    await valueOf(stack, "viewer", "secure_flower_certificate_expiry_timestamp_seconds"),
    Date.parse(notAfter) / 1000,
    "the certificate's end",
  );
  for (const role of ["viewer", "admin"] as const) {
    assert.equal(await valueOf(stack, role, "secure_flower_info"), 1, `the version of the ${role}s' Flower`);
    const heard = await valueOf(stack, role, "secure_flower_last_event_timestamp_seconds");
    assert.ok(Math.abs(heard - now) < 30, `the ${role}s' last event: ${heard}`);
  }
  assert.doesNotMatch((await scrape(stack, "/metrics/admin")).body, /^flower_/m, "the same events are counted twice");
}

async function counted(stack: Stack): Promise<void> {
  for (const role of ["viewer", "admin"] as const) {
    const metric = "secure_flower_wrong_log_ins_total";
    const before = await valueOf(stack, role, metric);
    const right = logInOf(stack.objects, role);
    for (const password of ["wrong-password-1", "wrong-password-2"])
      await askPod(stack, { to: role, as: { ...right, password } });
    await askPod(stack, { to: role, as: right });
    await askPod(stack, { to: role });
    assert.equal((await valueOf(stack, role, metric)) - before, 2, `wrong log-ins of the ${role}s`);
  }
}

async function strangers(stack: Stack): Promise<void> {
  assert.equal((await scrape(stack, "/metrics")).status, 200, "the scraper comes in");
  const subject = "queues-metrics-client-tls";
  const foreign = makeCertificate({ subject: "queues metrics CA", isAuthority: true });
  const tried: Readonly<Record<string, ConnectionOptions>> = {
    "without a certificate": {},
    "without a certificate, by TLS 1.2": { maxVersion: "TLSv1.2" },
    "with the controller's certificate": pairOf(stack, "queues-client-tls"),
    "with the pod's own": pairOf(stack, "queues-server-tls"),
    "with one by an authority of the same name": makeCertificate({ subject, by: foreign, use: "clientAuth" }),
    "with a self-made one": makeCertificate({ subject, use: "clientAuth" }),
  };
  const found: string[] = [];
  for (const [who, tls] of Object.entries(tried)) {
    const bytes = await bytesFor(stack, PORTS.metrics, tls);
    if (bytes > 0) found.push(`${who}: ${bytes} bytes`);
  }
  assertNone("strangers who got metrics", found);
}

async function scraperElsewhere(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
    const tls = { ...scraperOf(stack), minVersion: version, maxVersion: version };
    assert.equal((await scrape(stack, "/metrics", "GET", tls)).status, 200, `the scraper comes in by ${version}`);
    const bytes = await bytesFor(stack, PORTS.dashboard, tls);
    if (bytes > 0) found.push(`by ${version}: ${bytes} bytes`);
  }
  assertNone("dashboards that the scraper opened", found);
}

/** A session that was begun with the right certificate at one port, and is gone on with, without any, at the other. */
async function resumed(stack: Stack): Promise<void> {
  const begun: Readonly<Record<number, ConnectionOptions>> = {
    [PORTS.metrics]: scraperOf(stack),
    [PORTS.dashboard]: pairOf(stack, "queues-client-tls"),
  };
  const found: string[] = [];
  for (const [from, to] of [
    [PORTS.metrics, PORTS.dashboard],
    [PORTS.dashboard, PORTS.metrics],
  ] as const) {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const tls = { minVersion: version, maxVersion: version, rejectUnauthorized: false };
      const first = await dial(stack, from, { ...begun[from], ...tls });
      let session: Buffer | undefined = first.getSession();
      first.on("session", (made: Buffer) => (session = made));
      await sleep(200);
      first.destroy();
      const bytes = await bytesFor(stack, to, { ...tls, session });
      if (bytes > 0) found.push(`from ${from} to ${to} by ${version}: ${bytes} bytes`);
    }
  }
  assertNone("sessions that were gone on with elsewhere", found);
}

async function nothingElse(stack: Stack): Promise<void> {
  const paths = [
    ...["/", "/flower/", "/flower/workers", "/flower/api/tasks", "/flower/metrics", "/metrics/", "/metrics/viewer"],
    ...["/metrics?x=1", "//metrics", "/metrics/../flower/workers", "/metrics%2f..%2fflower%2fworkers", "/metrics/./"],
    ...["/nginx", "/viewer", "/healthcheck", "/%6detrics", "/metrics#", "/metrics/admin/../../flower/workers"],
  ];
  const found: string[] = [];
  for (const path of paths) {
    const { status } = await scrape(stack, path);
    if (![400, 404].includes(status)) found.push(`GET ${path}: ${status}`);
  }
  for (const method of ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"]) {
    const { status } = await scrape(stack, "/metrics", method);
    if (status !== 405) found.push(`${method} /metrics: ${status}`);
  }
  assertNone("answers to a scraper that are no metrics", found);
}

const control = "metrics";
const setup = withFeatures;

export const attacks: readonly Attack[] = [
  { control, title: "the scraper sees certificate, version and events of both processes", setup, run: shown },
  { control, title: "wrong log-ins are counted, and nothing but them", setup, run: counted },
  { control, title: "nobody but the scraper gets a byte of metrics, the controller neither", setup, run: strangers },
  { control, title: "the scraper's certificate opens no dashboard", setup, run: scraperElsewhere },
  { control, title: "no TLS session of one port is gone on with at the other", setup, run: resumed },
  { control, title: "the scraper gets metrics and nothing else", setup, run: nothingElse },
];
