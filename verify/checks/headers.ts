import { words } from "../attempts";
import type { Check } from "../check";
import { loginOf, type Context, type SiteRequest } from "../context";
import { describe, type Answer, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";
import type { Site } from "../target";
import { headerFaults } from "./headerRules";

const EXPECTED = "HSTS, frame DENY, nosniff, CSP, Referrer-Policy";

/** The security headers are on every answer, refusals too. */
export const headers: readonly Check[] = [
  {
    id: "headers",
    name: "2xx",
    title: "Security headers on pages",
    needs: ["viewer"],
    run: async (context) => [await look(context, context.target.viewer, "", 2, loginOf(context.target.viewer))],
  },
  {
    id: "headers",
    name: "3xx",
    title: "Security headers on redirects",
    needs: ["dashboard"],
    run: onRedirect,
  },
  {
    id: "headers",
    name: "4xx",
    title: "Security headers on refusals",
    needs: ["dashboard"],
    run: async (context) => {
      const attempts: Attempt[] = [];
      for (const site of context.sites) {
        attempts.push(await look(context, site, "api/workers", 4));
        attempts.push(await look(context, site, "no-such-page", 4));
      }
      return attempts;
    },
  },
];

async function onRedirect({ target, send }: Context) {
  const site = target.viewer;
  // The prefix without its slash is the one address over HTTPS that may be redirected.
  const path = site.base.slice(0, -1);
  if (path === "") return { skip: "without a prefix there is no address that redirects" };
  const result = await send(site, { path });
  if (result.kind === "answer" && Math.floor(result.status / 100) !== 3) {
    return { skip: `GET ${path} answers ${result.status}: no redirect over HTTPS to look at` };
  }
  return [judge(`GET ${path}`, 3, result)];
}

async function look(
  { send }: Context,
  site: Site,
  below: string,
  family: number,
  login?: SiteRequest["login"],
): Promise<Attempt> {
  const who = login === undefined ? "without credentials" : `as "${login.name}"`;
  return judge(words(site, "GET", below, who), family, await send(site, { below, login }));
}

function judge(tried: string, family: number, result: Exchange): Attempt {
  const expected = `${family}xx with ${EXPECTED}`;
  if (result.kind === "failure" || Math.floor(result.status / 100) !== family) {
    return { tried, expected, cameBack: describe(result), verdict: "unknown" };
  }
  return { tried, expected, ...faults(result) };
}

function faults(answer: Answer): Pick<Attempt, "cameBack" | "verdict"> {
  const found = headerFaults(answer.headers);
  if (found.length === 0) return { cameBack: `${describe(answer)} with all of them`, verdict: "live" };
  return { cameBack: `${describe(answer)}; ${found.join("; ")}`, verdict: "not live" };
}
