import { request as httpRequest } from "node:http";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProbeSpec } from "./podSpec";
import type { Sandbox } from "./sandbox";

/** A probe with every field decided. */
export interface Probe {
  target:
    | { kind: "http"; host: string; port: number; path: string; tls: boolean; headers: Record<string, string> }
    | { kind: "tcp"; host: string; port: number };
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  failureThreshold: number;
  successThreshold: number;
}

/** Fills in Kubernetes' defaults and looks named ports up. */
export function resolveProbe(spec: ProbeSpec, address: string, ports: Readonly<Record<string, number>>): Probe {
  const portOf = (port: number | string): number => {
    const number = typeof port === "number" ? port : ports[port];
    if (number === undefined) throw new Error(`A probe names the port "${port}", which its container does not have.`);
    return number;
  };
  return {
    target: resolveTarget(spec, address, portOf),
    initialDelaySeconds: spec.initialDelaySeconds ?? 0,
    periodSeconds: spec.periodSeconds ?? 10,
    timeoutSeconds: spec.timeoutSeconds ?? 1,
    failureThreshold: spec.failureThreshold ?? 3,
    successThreshold: spec.successThreshold ?? 1,
  };
}

function resolveTarget(spec: ProbeSpec, address: string, portOf: (port: number | string) => number): Probe["target"] {
  const { httpGet, tcpSocket } = spec;
  if (tcpSocket) return { kind: "tcp", host: tcpSocket.host ?? address, port: portOf(tcpSocket.port) };
  if (!httpGet) throw new Error("A probe has neither httpGet nor tcpSocket.");
  return {
    kind: "http",
    host: httpGet.host ?? address,
    port: portOf(httpGet.port),
    path: httpGet.path ?? "/",
    tls: httpGet.scheme === "HTTPS",
    headers: Object.fromEntries((httpGet.httpHeaders ?? []).map(({ name, value }) => [name, value])),
  };
}

/** Tries a probe once, from the node, as the kubelet does. */
export async function tryProbe(sandbox: Sandbox, probe: Probe): Promise<boolean> {
  const limit = AbortSignal.timeout(probe.timeoutSeconds * 1000);
  try {
    const socket = await sandbox.connect(probe.target);
    try {
      return probe.target.kind === "tcp" || (await answersWell(socket, probe.target, limit));
    } finally {
      socket.destroy();
    }
  } catch {
    return false;
  }
}

function answersWell(
  socket: Socket,
  target: Extract<Probe["target"], { kind: "http" }>,
  signal: AbortSignal,
): Promise<boolean> {
  // The kubelet does not verify certificates.
  const connection = target.tls ? tlsConnect({ socket, rejectUnauthorized: false }) : socket;
  const headers = {
    Host: `${target.host}:${target.port}`,
    "User-Agent": "kube-probe/demo",
    Connection: "close",
    ...target.headers,
  };
  return new Promise((resolve) => {
    const request = httpRequest({ path: target.path, headers, signal, createConnection: () => connection });
    request.on("response", (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      resolve(status >= 200 && status < 400);
    });
    request.on("error", () => resolve(false));
    connection.on("error", () => resolve(false));
    request.end();
  });
}

/** How often a probe is tried that has not succeeded yet. */
const IMPATIENCE_SECONDS = 0.15;

/**
 * Tries a probe at its period and reports each change between success and failure that its thresholds make.
 * Returns when the signal aborts.
 *
 * Unlike a kubelet, which waits a whole period each time, it looks more often until the first success: who is at a terminal
 * should not wait for nothing. A period without success still counts as one failure.
 */
export async function watchProbe(
  sandbox: Sandbox,
  probe: Probe,
  signal: AbortSignal,
  onVerdict: (healthy: boolean) => void,
): Promise<void> {
  const pause = (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal, ref: false }).catch(() => undefined);
  const isOver = (): boolean => signal.aborted;
  const tryForAPeriod = async (): Promise<boolean> => {
    const end = Date.now() + probe.periodSeconds * 1000;
    do {
      if (await tryProbe(sandbox, probe)) return true;
      await pause(IMPATIENCE_SECONDS);
    } while (Date.now() < end && !isOver());
    return false;
  };
  let everGood = false;
  let streak = { good: true, length: 0 };
  await pause(probe.initialDelaySeconds);
  while (!isOver()) {
    const waitsAnyway = !everGood;
    const good: boolean = everGood ? await tryProbe(sandbox, probe) : await tryForAPeriod();
    if (isOver()) return;
    everGood ||= good;
    streak = { good, length: good === streak.good ? streak.length + 1 : 1 };
    if (streak.length === (good ? probe.successThreshold : probe.failureThreshold)) onVerdict(good);
    if (good || !waitsAnyway) await pause(probe.periodSeconds);
  }
}
