import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer } from "node:tls";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeAuthority, makeCertificate, type Certificate } from "./flower-scripts/certificates";
import { refusal, startFlower, type RunningFlower, type Setting } from "./flower-scripts/flower";
import { freePort, startRedis, temporaryFolder, until, type Running } from "./flower-scripts/processes";
import { laySetting, LOG_IN } from "./flower-scripts/setting";

const PIECE = "sEcReT";

const folder = temporaryFolder();
const running: { stop(): unknown }[] = [];
let setting: Setting;
let authority: Certificate;
let stranger: Certificate;
let server: Certificate;
let client: Certificate;

beforeAll(async () => {
  authority = makeAuthority(folder.path, "authority");
  stranger = makeAuthority(folder.path, "stranger");
  server = makeCertificate(folder.path, "server", authority, "IP:127.0.0.1");
  client = makeCertificate(folder.path, "client", authority, "DNS:flower");
  setting = await laySetting(folder.path, { FLOWER_READ_ONLY: "false" });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

afterAll(() => folder.remove());

async function flower(url: string, env: Record<string, string> = {}): Promise<RunningFlower> {
  const started = await startFlower(setting, { env: { CELERY_BROKER_URL: url, ...env } });
  running.push({ stop: () => started.process.stop("SIGKILL") });
  return started;
}

function refused(url: string, env: Record<string, string> = {}): Promise<string> {
  return refusal("start.py", setting, { env: { CELERY_BROKER_URL: url, ...env } });
}

async function redisWithTls(certificate: Certificate, words: string[] = []): Promise<number> {
  const port = await freePort();
  const files = ["--tls-cert-file", certificate.certificate, "--tls-key-file", certificate.key];
  const tls = ["--port", "0", "--tls-port", String(port), ...files, "--tls-ca-cert-file", authority.certificate];
  running.push(await startRedis(port, [...tls, ...words]));
  return port;
}

/** Listens in TLS as RabbitMQ does, and notes each connection that got so far as to speak AMQP. */
async function amqpsListener(certificate: Certificate): Promise<{ port: number; greetings: string[] }> {
  const greetings: string[] = [];
  const files = { cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) };
  const verify = { ca: readFileSync(authority.certificate), requestCert: true, rejectUnauthorized: true };
  const listener = createServer({ ...files, ...verify }, (socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data: Buffer) => greetings.push(data.toString("latin1").slice(0, 4)));
  });
  listener.on("tlsClientError", () => undefined);
  return { port: await listen(listener), greetings };
}

async function listen(listener: Server): Promise<number> {
  const sockets = new Set<Socket>();
  listener.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  running.push({
    stop: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  });
  return (listener.address() as AddressInfo).port;
}

function files(ca: Certificate, own?: Certificate): Record<string, string> {
  return {
    BROKER_CA_FILE: ca.certificate,
    ...(own && { BROKER_CERT_FILE: own.certificate, BROKER_KEY_FILE: own.key }),
  };
}

const connected = ({ process }: RunningFlower): Promise<void> =>
  until("the stream of events", () => process.log.includes("Connected to rediss://"));
const failed = ({ process }: RunningFlower, reason: string): Promise<void> =>
  until(reason, () => process.log.includes(reason));

describe("Redis over TLS", () => {
  test("works with the CA and the client certificate that were named, for events, commands and the broker page", async () => {
    const port = await redisWithTls(server, ["--tls-auth-clients", "yes", "--requirepass", PIECE]);
    const started = await flower(`rediss://:${PIECE}@127.0.0.1:${port}/0`, files(authority, client));
    await connected(started);
    expect((await started.ask("/api/task/revoke/none", LOG_IN, "POST")).status).toBe(200);
    expect((await started.ask("/broker", LOG_IN)).status).toBe(200);
    expect(started.process.log).not.toMatch(/Unable to get queues|no connection to the broker/);
    expect(started.process.log).toContain(`broker: rediss://127.0.0.1:${port}\n`);
    expect(started.process.log).not.toContain(PIECE);
  });

  test("works with what a URL says about TLS for workers, and with several URLs, the first of them down", async () => {
    const port = await redisWithTls(server, ["--tls-auth-clients", "no"]);
    const [down, up] = [await freePort(), port].map(
      (number) => `rediss://127.0.0.1:${number}/0?ssl_cert_reqs=required`,
    );
    await connected(await flower(`${down};${up}`, files(authority)));
  });

  test("gets no connection under another CA, not even for the broker page", async () => {
    const port = await redisWithTls(server, ["--tls-auth-clients", "no"]);
    const started = await flower(`rediss://127.0.0.1:${port}/0`, files(stranger));
    await failed(started, "CERTIFICATE_VERIFY_FAILED");
    await started.ask("/broker", LOG_IN);
    await failed(started, "Unable to get queues: 'Error 1 connecting");
    expect(started.process.log).not.toContain("Connected to");
  });

  test("gets no connection without a CA that was named: the system's do not know this one", async () => {
    const port = await redisWithTls(server, ["--tls-auth-clients", "no"]);
    await failed(await flower(`rediss://127.0.0.1:${port}/0`), "CERTIFICATE_VERIFY_FAILED");
  });

  test("gets no connection to a host with the certificate of another", async () => {
    const elsewhere = makeCertificate(folder.path, "elsewhere", authority, "DNS:elsewhere.example");
    const port = await redisWithTls(elsewhere, ["--tls-auth-clients", "no"]);
    await failed(await flower(`rediss://127.0.0.1:${port}/0`, files(authority)), "not valid for '127.0.0.1'");
  });

  test("gets no connection without the client certificate that the broker wants", async () => {
    const port = await redisWithTls(server, ["--tls-auth-clients", "yes"]);
    const started = await flower(`rediss://127.0.0.1:${port}/0`, files(authority));
    await failed(started, "no connection to the broker");
    expect(started.process.log).not.toContain("Connected to");
  });
});

// No RabbitMQ runs here: what is proven is that py-amqp speaks only after it has verified.
describe("AMQP over TLS", () => {
  test("speaks to a broker with the certificate of its host, and shows its own", async () => {
    const { port, greetings } = await amqpsListener(server);
    await flower(`amqps://user:${PIECE}@127.0.0.1:${port}//`, files(authority, client));
    await until("AMQP", () => greetings.includes("AMQP"));
  });

  test("speaks to the second of two brokers by its own host's name", async () => {
    const { port, greetings } = await amqpsListener(server);
    await flower(`amqps://first.invalid:${port}//;amqps://127.0.0.1:${port}//`, files(authority, client));
    await until("AMQP", () => greetings.includes("AMQP"));
  });

  test.each([
    ["another CA", () => server, () => files(stranger, client)],
    ["no CA that was named", () => server, () => ({})],
    [
      "the certificate of another host",
      () => makeCertificate(folder.path, "other", authority, "DNS:other.example"),
      () => files(authority, client),
    ],
  ])("says nothing under %s", async (_case, certificate, env) => {
    const { port, greetings } = await amqpsListener(certificate());
    const started = await flower(`amqps://127.0.0.1:${port}//`, env());
    await failed(started, "CERTIFICATE_VERIFY_FAILED");
    expect(greetings).toEqual([]);
  });
});

describe("start.py refuses the broker URL", () => {
  test.each([
    [
      "in plain when a CA is named",
      "redis://127.0.0.1/0",
      "CA",
      /BROKER_CA_FILE is set, but redis:\/\/ is not encrypted: use rediss:/,
    ],
    [
      "in plain AMQP when a CA is named",
      "amqp://127.0.0.1//",
      "CA",
      /BROKER_CA_FILE is set, but amqp:\/\/ .* use amqps:/,
    ],
    ["when a key is missing", "rediss://127.0.0.1/0", "CERT", /BROKER_CERT_FILE and BROKER_KEY_FILE belong together/],
    [
      "when the CA is no certificate",
      "rediss://127.0.0.1/0",
      "garbage",
      /BROKER_CA_FILE cannot be used \(.*\)\. It must be in PEM/,
    ],
    ["when the CA is not there", "amqps://127.0.0.1//", "absent", /BROKER_CA_FILE cannot be used \(No such file/],
    [
      "when the key is of another certificate",
      "amqps://127.0.0.1//",
      "mismatch",
      /BROKER_CERT_FILE with BROKER_KEY_FILE cannot/,
    ],
  ] as const)("%s", async (_case, url, kind, sentence) => {
    const garbage = join(folder.path, "garbage.pem");
    writeFileSync(garbage, "garbage");
    const settings: Record<typeof kind, Record<string, string>> = {
      CA: { BROKER_CA_FILE: authority.certificate },
      CERT: { BROKER_CERT_FILE: client.certificate },
      garbage: { BROKER_CA_FILE: garbage },
      absent: { BROKER_CA_FILE: "/nowhere/ca.crt" },
      mismatch: { BROKER_CERT_FILE: client.certificate, BROKER_KEY_FILE: server.key },
    };
    expect(await refused(url, settings[kind])).toMatch(sentence);
  });

  test.each([
    [
      "with TLS switched off",
      "rediss://127.0.0.1/0?ssl_cert_reqs=none",
      /ssl_cert_reqs, with a value that cannot be used/,
    ],
    ["with the host unchecked", "rediss://127.0.0.1/0?ssl_check_hostname=false", /ssl_check_hostname, with a value/],
    [
      "with TLS on a plain scheme",
      "redis://127.0.0.1/0?ssl_cert_reqs=required",
      /ssl_cert_reqs, but redis:\/\/ is not encrypted/,
    ],
    [
      "with an option that is not known",
      `redis://127.0.0.1/0?password=${PIECE}`,
      /an option after the `\?`, with a value/,
    ],
    ["with a second URL in plain", "rediss://127.0.0.1/0;redis://127.0.0.2/0", /mix redis and rediss: use one scheme/],
    ["of a broker that is not known", "sqs://127.0.0.1", /begins with none of .*redis:\/\/, rediss:\/\//],
    ["with nothing after a semicolon", "redis://127.0.0.1/0;", /begins with none of/],
    ["without a host", "redis:///0", /has no host/],
    ["with a user and no password", `redis://${PIECE}@127.0.0.1/0`, /has a user without a password/],
    ["with a # in the password", `redis://:${PIECE}#${PIECE}@127.0.0.1/0`, /has no host, or a port .* percent-encoded/],
    ["with a / in the password", `redis://:${PIECE}/${PIECE}@127.0.0.1/0`, /percent-encoded/],
    ["with a / after digits in the password", `amqp://user:12/${PIECE}@127.0.0.1//`, /percent-encoded/],
    ["with a ? after digits in the password", `amqp://user:12?${PIECE}@127.0.0.1//`, /percent-encoded/],
    ["with a ; in the password", `redis://:${PIECE};${PIECE}@127.0.0.1/0`, /percent-encoded/],
    ["with a [ in the password", `amqp://user:${PIECE}[${PIECE}@127.0.0.1//`, /percent-encoded/],
    ["with a control character", `redis://:${PIECE}\u0001@127.0.0.1/0`, /has a control character/],
  ])("%s, without quoting it", async (_case, url, sentence) => {
    const said = await refused(url);
    expect(said).toMatch(sentence);
    expect(said).not.toContain(PIECE);
  });
});

describe("a broker that is not well", () => {
  test.each(["redis", "amqp"])(
    "and never answers over %s holds up neither Flower's start nor its end",
    async (scheme) => {
      const port = await listen(createTcpServer());
      const started = await flower(`${scheme}://127.0.0.1:${port}/0`);
      expect(started.readyAfter).toBeLessThan(10_000);
      expect((await started.ask("/api/task/revoke/none", LOG_IN, "POST")).status).toBe(503);
      expect(await started.process.stop()).toBeLessThan(15_000);
      expect(started.process.code).toBe(0);
    },
  );

  test("and comes back is heard again within seconds, however long it was away", async () => {
    const port = await freePort();
    const first: Running = await startRedis(port);
    const { process } = await flower(`redis://127.0.0.1:${port}/0`);
    const connections = (): number => process.log.split("Connected to redis://").length - 1;
    await until("the first connection", () => connections() === 1);
    await first.stop();
    await until("an outage of a while", () => process.log.includes("trying again in 3 s"), 40_000);
    running.push(await startRedis(port));
    await until("the second connection", () => connections() === 2, 8_000);
    const waits = [...process.log.matchAll(/trying again in ([0-9.]+) s/g)].map((match) => Number(match[1]));
    expect(Math.max(...waits)).toBeLessThanOrEqual(5);
  });
});
