import type { LookupAddress } from "node:dns";
import type { Context } from "../context";
import { addressesOf } from "../network/address";
import { failureOf } from "../network/failure";
import { knock, type PortState } from "../network/port";
import type { Attempt } from "../report";
import type { ResolvedOptions } from "../target";

/** Longest wait for a port: a firewall that drops answers nothing, however long one listens. */
const PATIENCE_MS = 3000;

/** Tries ports that ought to be closed, on every address of a host. */
export async function closedPorts(context: Context, host: string, ports: readonly number[]): Promise<Attempt[]> {
  const { address } = context.target;
  const instead = host === context.target.direct?.host ? undefined : address;
  let addresses: LookupAddress[];
  try {
    addresses = await addressesOf(host, instead);
  } catch (error) {
    const cameBack = failureOf(error).message;
    return [{ tried: `look up ${host}`, expected: "an address", cameBack, verdict: "unknown" }];
  }
  const waitMs = waitFor(context.options);
  const pairs = addresses.flatMap(({ address: ip }) => ports.map((port) => ({ ip, port })));
  return Promise.all(pairs.map(async ({ ip, port }) => judge(ip, port, await knock(ip, port, waitMs))));
}

/** How long to wait for a port that may never answer, so that several fit into one check's time. */
export function waitFor(options: ResolvedOptions): number {
  return Math.min(PATIENCE_MS, options.timeoutMs / 4);
}

function judge(ip: string, port: number, state: PortState): Attempt {
  return {
    tried: `connect to ${ip} port ${port}`,
    expected: "refused or timed out",
    cameBack: state,
    verdict: of(state),
  };
}

function of(state: PortState): Attempt["verdict"] {
  if (state === "open") return "not live";
  return state === "refused" || state === "timed out" ? "live" : "unknown";
}
