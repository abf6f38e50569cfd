import type { Check } from "../check";
import { directOf, type Context } from "../context";
import { withDeadline } from "../deadline";
import { hostOf } from "../network/address";
import { describe, exchange, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";
import { closedPorts, waitFor } from "./closedPorts";

/** Flower listens on 127.0.0.1 only: nobody reaches it but through nginx. */
export const loopback: readonly Check[] = [
  {
    id: "loopback",
    name: "direct-port",
    title: "Flower's own port is not reachable from outside",
    guide: 5,
    needs: [],
    run: directPort,
  },
  {
    id: "loopback",
    name: "pod-ports",
    title: "A neighbour does not reach Flower's own ports",
    needs: ["direct"],
    run: (context) => {
      const { viewer, admin } = context.options.ports;
      return closedPorts(context, directOf(context.target).host, [viewer, admin]);
    },
  },
  {
    id: "loopback",
    name: "health-port",
    title: "The kubelet's health port serves no dashboard",
    needs: ["direct"],
    run: healthPort,
  },
];

async function directPort(context: Context): Promise<Attempt[]> {
  const { target, options } = context;
  const attempts = await closedPorts(context, hostOf(target.viewer.url), [options.ports.viewer, options.ports.admin]);
  const greeting = await context.greet(target.viewer);
  if (greeting.kind === "answer") return attempts;
  // On a host that does not answer at all, a closed port is no proof; an open one still is.
  return attempts.map((attempt) => (attempt.verdict === "live" ? { ...attempt, verdict: "unknown" } : attempt));
}

async function healthPort({ target, options, signal }: Context): Promise<Attempt[]> {
  const { base } = target.viewer;
  const url = new URL(`http://placeholder${base}`);
  url.hostname = bracketed(directOf(target).host);
  url.port = `${options.ports.health}`;
  const attempts: Attempt[] = [];
  for (const path of [base, `${base}metrics`, `${base}api/workers`]) {
    const headers = { Host: target.viewer.url.host };
    const result = await withDeadline(waitFor(options), signal, (soon) =>
      exchange({ url, path, headers, signal: soon }),
    );
    const tried = `GET ${url.origin}${path}`;
    attempts.push({ tried, expected: "not served", cameBack: describe(result), verdict: servesNothing(result) });
  }
  return attempts;
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function servesNothing(result: Exchange): Attempt["verdict"] {
  if (result.kind === "failure") {
    return ["refused", "timed out", "closed"].includes(result.failure) ? "live" : "unknown";
  }
  // 401 is Flower asking for a log-in.
  return result.status < 400 || result.status === 401 ? "not live" : "live";
}
