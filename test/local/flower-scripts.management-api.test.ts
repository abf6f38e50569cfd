import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeAuthority, makeCertificate, type Certificate } from "./flower-scripts/certificates";
import { refusal, startFlower, type Difference, type RunningFlower, type Setting } from "./flower-scripts/flower";
import { temporaryFolder } from "./flower-scripts/processes";
import { laySetting, LOG_IN } from "./flower-scripts/setting";

/** An address of this machine that nothing else has: the port that Flower makes up is a fixed one. */
const BROKER = "127.77.255.1";
const MADE_UP_PORT = 15672;
const AMQPS = `amqps://flower:broker-password-1@${BROKER}:1//`;

const folder = temporaryFolder();
const servers: Server[] = [];
const flowers: RunningFlower[] = [];
let setting: Setting;
let authority: Certificate;
let stranger: Certificate;
let server: Certificate;

beforeAll(async () => {
  setting = await laySetting(folder.path, { CELERY_BROKER_URL: AMQPS });
  authority = makeAuthority(folder.path, "authority");
  stranger = makeAuthority(folder.path, "stranger");
  server = makeCertificate(folder.path, "server", authority, `IP:${BROKER}`);
});

afterEach(async () => {
  await Promise.all(flowers.splice(0).map(({ process }) => process.stop("SIGKILL")));
  servers.splice(0).forEach((each) => each.close());
});

afterAll(() => folder.remove());

async function flower(env: Difference["env"] = {}): Promise<RunningFlower> {
  const started = await startFlower(setting, { env });
  flowers.push(started);
  return started;
}

async function listen(listener: Server, port: number): Promise<number> {
  servers.push(listener);
  listener.listen(port, BROKER);
  await once(listener, "listening");
  return (listener.address() as AddressInfo).port;
}

/** A management API that notes with what log-in it is asked. */
async function api(): Promise<{ port: number; logIns: string[] }> {
  const logIns: string[] = [];
  const files = { cert: readFileSync(server.certificate), key: readFileSync(server.key) };
  const listener = createHttpsServer(files, ({ headers }, answer) => {
    logIns.push(Buffer.from((headers.authorization ?? "").slice("Basic ".length), "base64").toString());
    answer.setHeader("content-type", "application/json").end('[{"name": "celery", "messages": 7}]');
  });
  return { port: await listen(listener, 0), logIns };
}

async function lengths({ ask }: RunningFlower): Promise<unknown> {
  return ((await (await ask("/api/queues/length", LOG_IN)).json()) as { active_queues: unknown }).active_queues;
}

describe("RabbitMQ's management API", () => {
  test.each(["amqps", "amqp"])("is not asked by the password of an %s:// broker unless it is named", async (scheme) => {
    let connections = 0;
    await listen(
      createServer((socket) => {
        connections += 1;
        socket.destroy();
      }),
      MADE_UP_PORT,
    );
    const started = await flower({ CELERY_BROKER_URL: AMQPS.replace("amqps", scheme) });
    expect(await lengths(started)).toEqual([]);
    expect((await started.ask("/broker", LOG_IN)).status).toBe(200);
    expect(connections).toBe(0);
    // The listener does hear whoever asks: somebody who names that very URL.
    const url = `http://flower:broker-password-1@${BROKER}:${MADE_UP_PORT}/api/`;
    const named = await flower({ CELERY_BROKER_URL: AMQPS.replace("amqps", "amqp"), FLOWER_BROKER_API: url });
    expect(await lengths(named)).toEqual([]);
    expect(connections).toBeGreaterThan(0);
  });

  test("is asked by HTTPS with the CA of the broker, and with its own log-in", async () => {
    const { port, logIns } = await api();
    const url = `https://reader:management-password-1@${BROKER}:${port}/api/`;
    const started = await flower({ FLOWER_BROKER_API: url, BROKER_CA_FILE: authority.certificate });
    expect(await lengths(started)).toEqual([{ name: "celery", messages: 7 }]);
    expect(logIns).toEqual(["reader:management-password-1"]);
  });

  test("gets no log-in under another CA, nor under the system's where none was named", async () => {
    const { port, logIns } = await api();
    const url = `https://reader:management-password-1@${BROKER}:${port}/api/`;
    for (const ca of [stranger.certificate, undefined]) {
      const started = await flower({ FLOWER_BROKER_API: url, BROKER_CA_FILE: ca });
      expect(await lengths(started)).toEqual([]);
      expect(started.process.log).toContain("CERTIFICATE_VERIFY_FAILED");
    }
    expect(logIns).toEqual([]);
  });

  test("is refused in plain HTTP beside an encrypted broker, without its password being told", async () => {
    const url = "http://reader:management-password-1@rabbitmq:15672/api/";
    const said = await refusal("start.py", setting, { env: { FLOWER_BROKER_API: url } });
    expect(said).toMatch(/management API's URL is http:\/\/, so its password would cross .* Use https:\/\//);
    expect(said).not.toContain("management-password-1");
  });
});
