import { describe, type Exchange } from "../network/exchange";
import { words } from "../attempts";
import type { Check } from "../check";
import { adminOf, type Context, type SiteRequest } from "../context";
import type { Attempt } from "../report";
import type { Site } from "../target";

/** An address that no list holds (it is reserved for documentation), and two that lists are prone to hold. */
const CLAIMED = ["203.0.113.66", "10.0.0.1", "127.0.0.1"] as const;

/**
 * Source ranges cannot be made out by a client, which sees them from one address only; but whatever its address may do,
 * claiming another one must change nothing, neither let it in nor keep it out.
 */
export const allowList: readonly Check[] = [
  {
    id: "allow-list",
    name: "viewer",
    title: "A forged client address changes nothing",
    needs: ["dashboard"],
    run: (context) => pretend(context, context.target.viewer),
  },
  {
    id: "allow-list",
    name: "admin",
    title: "A forged client address changes nothing on the admin route",
    needs: ["admin-route"],
    run: (context) => pretend(context, adminOf(context.target)),
  },
];

async function pretend(context: Context, site: Site): Promise<Attempt[]> {
  const request = { below: "api/workers", login: await workingLogin(context, site) };
  const honest = await context.send(site, request);
  const attempts: Attempt[] = [];
  for (const address of CLAIMED) {
    const result = await context.send(site, { ...request, headers: claims(address) });
    attempts.push({
      tried: words(site, "GET", "api/workers", `with X-Forwarded-For and the like: ${address}`),
      expected: `${describe(honest)}, as without`,
      cameBack: describe(result),
      verdict: same(honest, result),
    });
  }
  return attempts;
}

/** A log-in tells more, if it works: what answers 401 to everybody looks the same from everywhere. */
async function workingLogin({ logIn }: Context, site: Site): Promise<SiteRequest["login"]> {
  if (site.user === undefined) return undefined;
  const result = await logIn(site);
  return result.kind === "answer" && result.status === 200 ? site.user : undefined;
}

function claims(address: string): Readonly<Record<string, string>> {
  const names = ["X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP", "X-Original-Forwarded-For"];
  return { Forwarded: `for=${address}`, ...Object.fromEntries(names.map((name) => [name, address])) };
}

function same(honest: Exchange, claimed: Exchange): Attempt["verdict"] {
  if (honest.kind === "failure" || claimed.kind === "failure") return "unknown";
  if (honest.status >= 500 || claimed.status >= 500 || honest.status === 429) return "unknown";
  return honest.status === claimed.status ? "live" : "not live";
}
