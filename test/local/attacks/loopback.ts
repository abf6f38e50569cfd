import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ADDRESSES } from "../../../local/pod";
import { PREFIX } from "../client/client";
import { Line } from "../client/http1";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

const FLOWER_PORTS = [5555, 5556];

async function fromNeighbours(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const from of [ADDRESSES.node, ADDRESSES.neighbour, ADDRESSES.attacker]) {
    for (const port of FLOWER_PORTS) {
      const outcome = await stack.tcp(port, ADDRESSES.pod, from).then(
        (socket) => {
          socket.destroy();
          return "open";
        },
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      );
      if (outcome !== "ECONNREFUSED") found.push(`${from} to port ${port}: ${outcome}`);
    }
    // The same connection to a port that is meant to be open, or a refusal would say nothing.
    (await stack.tcp(8443, ADDRESSES.pod, from)).destroy();
  }
  assertNone("ways to Flower past nginx", found);
}

/** Every socket that listens in the pod, from the kernel's own table, as `address:port`. */
function listening(stack: Stack): string[] {
  const [nginx] = stack.demo.pod.pids("nginx");
  const read = (table: string): string[][] =>
    readFileSync(`/proc/${nginx}/net/${table}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
  const tcp = [...read("tcp"), ...read("tcp6")].filter((fields) => fields[3] === "0A");
  return [...tcp, ...read("udp"), ...read("udp6")].map((fields) => {
    const [address = "", port = ""] = (fields[1] ?? "").split(":");
    // IPv4 addresses are written as one little-endian number.
    const bytes = address.length === 8 ? [...Buffer.from(address, "hex")].reverse().join(".") : address;
    return `${bytes}:${Number.parseInt(port, 16)}`;
  });
}

function sockets(stack: Stack): void {
  const expected = ["0.0.0.0:8081", "0.0.0.0:8443", "127.0.0.1:5555", "127.0.0.1:5556"];
  // nginx' two workers share a socket: each listens once.
  assert.deepEqual([...new Set(listening(stack))].sort(), expected);
}

/** The health port is for the kubelet, and passes nothing on but Flower's health. */
async function healthPort(stack: Stack): Promise<void> {
  const found: string[] = [];
  const targets = [
    "/",
    `${PREFIX}/`,
    `${PREFIX}/api/workers`,
    `${PREFIX}/metrics`,
    "/viewer/",
    "/viewer/../flower/api/workers",
    "/viewer%2f..%2fmetrics",
    "//viewer",
    "/VIEWER",
    "/metrics",
    "/stub_status",
  ];
  for (const target of targets) {
    for (const method of ["GET", "POST"]) {
      const line = new Line(await stack.tcp(8081, ADDRESSES.pod, ADDRESSES.neighbour));
      line.send(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      const { status } = await line.answer(method);
      line.close();
      if (status !== 404) found.push(`${method} ${target}: ${status}`);
    }
  }
  for (const target of ["/nginx", "/viewer", "/admin"]) {
    const line = new Line(await stack.tcp(8081));
    line.send(`POST ${target}?refresh=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`);
    const { status, body } = await line.answer();
    line.close();
    if (status !== 200 || !/^ok\n?$/i.test(body)) found.push(`${target}: ${status} ${body.slice(0, 60)}`);
  }
  assertNone("answers of the health port that are wrong", found);
}

const control = "loopback";

export const attacks: readonly Attack[] = [
  { control, title: "Flower's ports refuse a connection from everywhere but the pod itself", run: fromNeighbours },
  { control, title: "nothing listens in the pod but nginx' two ports, and Flower on loopback", run: sockets },
  { control, title: "the health port says nothing but that each process is alive", run: healthPort },
];
