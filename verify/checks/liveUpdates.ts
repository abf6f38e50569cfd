import { randomBytes } from "node:crypto";
import { words } from "../attempts";
import type { Check } from "../check";
import { loginOf, type Context, type SiteRequest } from "../context";
import { describe, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";
import type { User } from "../target";

/** The UI stays live through the proxy. */
export const liveUpdates: readonly Check[] = [
  {
    id: "live-updates",
    name: "polling",
    title: "The pages' own polling gets through",
    needs: ["viewer"],
    run: poll,
  },
  {
    id: "live-updates",
    name: "upgrade",
    title: "A WebSocket upgrade is not blocked",
    needs: ["viewer"],
    run: upgrade,
  },
];

/** The POST with which the tasks page fills its table: a read. */
export function datatableRequest(login: User, headers: Readonly<Record<string, string>>): SiteRequest {
  const query = new URLSearchParams({
    draw: "1",
    start: "0",
    length: "1",
    "search[value]": "",
    "order[0][column]": "0",
    "order[0][dir]": "desc",
    "columns[0][data]": "name",
  });
  return {
    method: "POST",
    below: "tasks/datatable",
    login,
    body: query.toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
  };
}

async function poll({ target, send }: Context): Promise<Attempt[]> {
  const site = target.viewer;
  const login = loginOf(site);
  const table = await send(site, datatableRequest(login, { Origin: site.url.origin, "Sec-Fetch-Site": "same-origin" }));
  const workers = await send(site, { below: "workers?json=1", login });
  return [
    judge(words(site, "POST", "tasks/datatable", "as the tasks page does"), table, [200]),
    judge(words(site, "GET", "workers?json=1", "as the workers page does"), workers, [200]),
  ];
}

async function upgrade({ target, send }: Context): Promise<Attempt[]> {
  const site = target.viewer;
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    Origin: site.url.origin,
  };
  const result = await send(site, { below: "api/workers", login: loginOf(site), headers });
  // Flower 2 has no WebSocket and answers as if nothing had been asked; older ones, behind the same proxy, say 101.
  return [judge(words(site, "GET", "api/workers", "with upgrade headers"), result, [200, 101])];
}

/** The viewer got data before, so any other answer now is the proxy's doing; only a server's error tells nothing. */
function judge(tried: string, result: Exchange, good: readonly number[]): Attempt {
  return { tried, expected: good.join(" or "), cameBack: describe(result), verdict: judged(result, good) };
}

function judged(result: Exchange, good: readonly number[]): Attempt["verdict"] {
  if (result.kind === "failure") return result.failure === "closed" ? "not live" : "unknown";
  if (good.includes(result.status)) return "live";
  return result.status >= 500 || result.status === 429 ? "unknown" : "not live";
}
