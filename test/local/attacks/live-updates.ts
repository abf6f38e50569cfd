import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { KubernetesObject } from "../../../local/pod";
import { askPod, ControllerClient, PREFIX, requestBytes } from "../client/client";
import type { Line } from "../client/http1";
import { credentialOf, type Role, ROLES } from "../client/logIns";
import { withScript } from "../client/objects";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import type { Attack } from "./attack";

/** As the Tasks page asks for its table. */
function tableOf(search: string): string {
  return `draw=1&start=0&length=10&order[0][column]=0&order[0][dir]=desc&columns[0][data]=received&search[value]=${search}`;
}

/** Resolves when a dashboard's table, searched for a word, has it. */
async function untilInTable(stack: Stack, role: Role, word: string, seconds: number): Promise<void> {
  const client = new ControllerClient(stack, role);
  const headers = [
    ["Content-Type", "application/x-www-form-urlencoded"],
    ["Origin", `https://${stack.authority(role)}`],
    ["Sec-Fetch-Site", "same-origin"],
  ] as const;
  const as = credentialOf(stack.objects, role);
  const ask = { as, method: "POST", target: `${PREFIX}/tasks/datatable`, body: tableOf(word), headers };
  const isThere = async (): Promise<boolean> => {
    const table = await client.ask(ask);
    assert.equal(table.status, 200, table.body);
    return table.body.includes(`"uuid"`) && table.body.includes(word);
  };
  await until(`the ${role}s' table has ${word}`, isThere, seconds);
  client.close();
}

async function newTask(stack: Stack): Promise<void> {
  // A Flower that has just started is ready some time before it hears of the workers' doings.
  for (const role of ROLES) await untilInTable(stack, role, "shop.", 30);
  const sent = await askPod(stack, {
    to: "admin",
    as: credentialOf(stack.objects, "admin"),
    method: "POST",
    target: `${PREFIX}/api/task/send-task/shop.send_receipt`,
    body: '{"args":[4711]}',
  });
  assert.equal(sent.status, 200, sent.body);
  const { "task-id": task } = JSON.parse(sent.body) as { "task-id": string };
  for (const role of ROLES) await untilInTable(stack, role, task, 5);
}

/** Flower 2.2 has no WebSocket: it answers as if nothing had been asked for, and the connection goes on. */
async function upgradeIgnored(stack: Stack): Promise<void> {
  for (const role of ROLES) {
    const client = new ControllerClient(stack, role);
    const as = credentialOf(stack.objects, role);
    for (const headers of [
      [
        ["Connection", "Upgrade"],
        ["Upgrade", "websocket"],
      ],
      [],
      [["Connection", "keep-alive"]],
    ] as [string, string][][]) {
      assert.equal((await client.ask({ as, headers })).status, 200);
    }
    client.close();
  }
}

/** What stands in for Flower: it takes a WebSocket, says hello, and says again what it is told. */
const WEB_SOCKET_SERVER = `
import asyncio, base64, hashlib, os

async def serve(reader, writer):
    head = (await reader.readuntil(b"\\r\\n\\r\\n")).decode("latin1").split("\\r\\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    if fields.get("upgrade", "").lower() == "websocket" and "upgrade" in fields.get("connection", "").lower():
        accept = hashlib.sha1((fields["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        writer.write("\\r\\n".join([*lines, "Sec-WebSocket-Accept: " + base64.b64encode(accept).decode(), "", ""]).encode())
        writer.write(b"\\x81\\x05hello")
        while data := await reader.read(100):
            writer.write(data)
    else:
        writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nOK")
    writer.close()

async def main():
    server = await asyncio.start_server(serve, os.environ["FLOWER_ADDRESS"], int(os.environ["FLOWER_PORT"]))
    await server.serve_forever()

asyncio.run(main())
`;

const withWebSocketServer = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  withScript(objects, "start.py", () => WEB_SOCKET_SERVER);

async function webSocket(stack: Stack): Promise<void> {
  const attempt = async (role: Role, line: Line): Promise<void> => {
    const key = randomBytes(16).toString("base64");
    const headers = [
      ["Connection", "Upgrade"],
      ["Upgrade", "WebSocket"],
      ["Sec-WebSocket-Version", "13"],
      ["Sec-WebSocket-Key", key],
    ] as const;
    line.send(requestBytes(stack, { to: role, headers }, undefined));
    const answer = await line.answer("GET", 5);
    assert.equal(answer.status, 101, answer.body);
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    assert.equal(answer.header("sec-websocket-accept"), accept);
    assert.equal((await line.bytes(7, 5)).toString("latin1"), "\x81\x05hello");
    line.send("there and back");
    assert.equal((await line.bytes(14, 5)).toString("latin1"), "there and back");
    line.close();
  };
  for (const role of ROLES) await attempt(role, await stack.toController(role));
}

const control = "live-updates";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "a new task is in both dashboards' tables within seconds, through the ingress controller",
    run: newTask,
  },
  {
    control,
    title: "a request for a WebSocket does not break a connection to a Flower that has none",
    run: upgradeIgnored,
  },
  {
    control,
    title: "a Flower with WebSockets keeps them through nginx and the ingress controller, both ways",
    setup: withWebSocketServer,
    run: webSocket,
  },
];
