import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { haproxyAnnotations } from "../../components/build/ingress";
import { HAPROXY } from "../../components/build/names";
import { findProgram } from "../../local/install";
import { ADDRESSES, Container, readRootEntries, writeDirectory } from "../../local/pod";
import { minimal, modelOf } from "../unit/components/arguments";
import { PREFIX, requestBytes, type Ask } from "./client/client";
import { type Answer, Line } from "./client/http1";
import { logInOf, secretOf } from "./client/logIns";
import { Stack } from "./client/stack";

const haproxy = findProgram("haproxy");
if (haproxy === undefined) {
  console.warn("HAProxy's tests are skipped: it is not installed. `npm test` without words installs it.");
}

const FOLDER = "/etc/haproxy";
const PORT = 9443;

/** What the annotations of the rendered Ingress say, as HAProxy Ingress reads them. */
type Annotations = Readonly<Record<string, string>>;

/**
 * A stand-in for the controller, which needs a cluster: the lines that HAProxy Ingress makes of the annotations (its template `haproxy.tmpl`), and its default treatment of
 * X-Forwarded-For. What this does not prove: that the controller reads the annotations so.
 */
function configuration(annotations: Annotations): string {
  const client = annotations[HAPROXY.secureCrtSecret];
  const authority = annotations[HAPROXY.secureVerifyCaSecret];
  const sni = annotations[HAPROXY.secureSni];
  const server = [
    ...(annotations[HAPROXY.secureBackends] === "true" ? ["ssl"] : []),
    ...(client === undefined ? [] : [`crt ${FOLDER}/${client}.pem`]),
    ...(sni === undefined ? [] : [`sni str(${sni})`]),
    authority === undefined ? "verify none" : `verify required ca-file ${FOLDER}/${authority}.ca`,
  ];
  return [
    "global",
    "  log stdout format raw local0 err",
    "defaults",
    "  mode http",
    "  timeout connect 3s",
    "  timeout client 20s",
    "  timeout server 20s",
    "frontend https",
    `  bind ${ADDRESSES.node}:${PORT}`,
    "  http-request set-header X-Original-Forwarded-For %[hdr(x-forwarded-for)] if { hdr(x-forwarded-for) -m found }",
    "  http-request del-header x-forwarded-for",
    "  option forwardfor",
    "  http-request set-header X-Forwarded-Proto https",
    "  default_backend flower",
    "backend flower",
    `  server pod ${ADDRESSES.pod}:8443 ${server.join(" ")}`,
    "",
  ].join("\n");
}

describe.skipIf(haproxy === undefined)("through HAProxy, configured by the annotations of the Ingress", () => {
  let stack: Stack;
  let started = 0;

  beforeAll(async () => {
    stack = await Stack.start();
  });
  afterAll(() => stack.stop());

  const rendered = (): Annotations =>
    haproxyAnnotations(modelOf(minimal), "queues-client-tls", { issuer: undefined, clusterIssuer: undefined });

  /** Starts it, asks once, and ends it. */
  async function ask(annotations: Annotations, question: Ask = {}, from: string = ADDRESSES.office): Promise<Answer> {
    const container = await start(annotations);
    try {
      const line = new Line(await stack.tcp(PORT, ADDRESSES.node, from));
      line.send(requestBytes(stack, { as: logInOf(stack.objects, "viewer"), ...question }, undefined));
      const answer = await line.answer("GET", 10);
      line.close();
      return answer;
    } finally {
      await container.stop(1);
      container.close();
    }
  }

  async function start(annotations: Annotations): Promise<Container> {
    const [client, server] = ["queues-client-tls", "queues-server-tls"].map((name) => secretOf(stack.objects, name));
    const pem = (secret: ReadonlyMap<string, string> | undefined) =>
      `${secret?.get("tls.crt")}${secret?.get("tls.key")}`;
    const source = writeDirectory(stack.demo.sandbox, `haproxy-${++started}`, {
      "haproxy.cfg": configuration(annotations),
      "queues-client-tls.pem": pem(client),
      "queues-client-tls.ca": client?.get("ca.crt") ?? "",
      "queues-server-tls.pem": pem(server),
      "public.ca": secretOf(stack.objects, "queues-public-tls").get("ca.crt") ?? "",
    });
    const container = await Container.create(stack.demo.sandbox, {
      name: `haproxy-${started}`,
      hostname: "haproxy",
      root: readRootEntries(),
      binds: [{ source, target: FOLDER, readOnly: true }],
      argv: ["haproxy", "-W", "-db", "-f", `${FOLDER}/haproxy.cfg`],
      environment: { PATH: "/usr/sbin:/usr/bin" },
      workingDirectory: "/",
      readOnlyRoot: false,
      uid: 99,
      gid: 99,
      groups: [],
      network: "cluster",
      stopSignal: "SIGTERM",
    });
    void container.start();
    await container.untilLogged(/Loading success|New worker/, 10);
    return container;
  }

  test("a viewer gets in, under the dashboard's own Host", async () => {
    const answer = await ask(rendered());
    expect(answer.status).toBe(200);
    expect((await ask(rendered(), { host: "other.example" })).status).toBe(421);
  });

  test("the pod knows the client's address, and believes no other that the client claims", async () => {
    const forged = [["X-Forwarded-For", "198.51.100.7"]] as const;
    expect((await ask(rendered(), { headers: forged }, ADDRESSES.neighbour)).status).toBe(403);
    expect((await ask(rendered(), { headers: [["X-Forwarded-For", "203.0.113.9"]] })).status).toBe(200);
  });

  test("a viewer changes nothing there either", async () => {
    const target = `${PREFIX}/api/task/revoke/none`;
    expect((await ask(rendered(), { method: "POST", target, body: "" })).status).toBe(403);
  });

  test.each([
    ["its client certificate", { [HAPROXY.secureCrtSecret]: undefined }],
    ["the right client certificate", { [HAPROXY.secureCrtSecret]: "queues-server-tls" }],
    ["TLS", { [HAPROXY.secureBackends]: "false", [HAPROXY.secureVerifyCaSecret]: undefined }],
    ["the pod's name", { [HAPROXY.secureSni]: "other.flower.internal" }],
    ["the pod's authority", { [HAPROXY.secureVerifyCaSecret]: "public" }],
  ])("nobody gets in without %s", async (_, change) => {
    const annotations = Object.fromEntries(
      Object.entries({ ...rendered(), ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    expect((await ask(annotations)).status).toBeGreaterThanOrEqual(500);
  });
});
