import { words } from "../attempts";
import type { Check } from "../check";
import type { Context } from "../context";
import { describe, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";

const LARGE_BODY_BYTES = 64 * 1024 * 1024;
const LARGE_HEADER_BYTES = 48 * 1024;
const AT_ONCE_MS = 2000;

/** Bodies and headers are bounded. No log-in is sent, and the large body is announced only. */
export const limits: readonly Check[] = [
  {
    id: "limits",
    name: "body",
    title: "A large body is refused before it is sent",
    needs: ["dashboard"],
    run: largeBody,
  },
  {
    id: "limits",
    name: "header",
    title: "A large header is refused",
    needs: ["dashboard"],
    run: largeHeader,
  },
];

async function largeBody({ target, send }: Context): Promise<Attempt[]> {
  const site = target.viewer;
  const started = Date.now();
  const result = await send(site, { method: "POST", below: "tasks/datatable", announcedBytes: LARGE_BODY_BYTES });
  return [
    {
      tried: words(site, "POST", "tasks/datatable", "announcing a body of 64 MiB"),
      expected: "413, or closed at once",
      cameBack: describe(result),
      verdict: refusedBody(result, Date.now() - started),
    },
  ];
}

/** Another refusal, such as a 401, tells nothing: the same body might be taken from somebody with a log-in. */
function refusedBody(result: Exchange, afterMs: number): Attempt["verdict"] {
  if (result.kind === "answer") {
    if (result.status === 413) return "live";
    return [100, 408].includes(result.status) ? "not live" : "unknown";
  }
  // Neither refused nor asked for: some proxy on the way waits, and what is behind it cannot be told.
  if (result.failure !== "closed") return "unknown";
  return afterMs < AT_ONCE_MS ? "live" : "not live";
}

async function largeHeader({ target, send }: Context): Promise<Attempt[]> {
  const site = target.viewer;
  const result = await send(site, { headers: { "X-Large": "x".repeat(LARGE_HEADER_BYTES) } });
  return [
    {
      tried: words(site, "GET", "", "with a header of 48 KiB"),
      expected: "400, 413, 414 or 431, or closed",
      cameBack: describe(result),
      verdict: refusedHeader(result),
    },
  ];
}

function refusedHeader(result: Exchange): Attempt["verdict"] {
  if (result.kind === "failure") return result.failure === "closed" ? "live" : "unknown";
  if ([400, 413, 414, 431].includes(result.status)) return "live";
  return result.status >= 500 || result.status === 429 ? "unknown" : "not live";
}
