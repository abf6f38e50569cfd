import { randomBytes } from "node:crypto";
import { read, words } from "../attempts";
import type { Check } from "../check";
import type { Context } from "../context";
import { describe, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";
import type { Site } from "../target";

/** Sign-in with an identity provider, as far as it can be seen without an account there. */
export const signIn: readonly Check[] = [
  {
    id: "authentication",
    name: "provider",
    title: "Sign-in leads to the identity provider alone, and comes back to this dashboard",
    needs: ["dashboard"],
    onlyWithSignIn: true,
    run: (context) => forEachSite(context, toProvider),
  },
  {
    id: "authentication",
    name: "made-up-code",
    title: "A code that this browser did not ask for lets nobody in",
    needs: ["dashboard"],
    onlyWithSignIn: true,
    run: (context) => forEachSite(context, madeUpCode),
  },
  {
    id: "csrf",
    name: "log-out",
    title: "Another site cannot log anybody out",
    needs: ["dashboard"],
    onlyWithSignIn: true,
    run: (context) => forEachSite(context, foreignLogOut),
  },
];

async function forEachSite(
  context: Context,
  attempt: (context: Context, site: Site) => Promise<Attempt>,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const site of context.sites) attempts.push(await attempt(context, site));
  return attempts;
}

async function toProvider({ send }: Context, site: Site): Promise<Attempt> {
  const result = await send(site, { below: "login" });
  const faults = faultsOf(result, site);
  return {
    tried: words(site, "GET", "login", "without a session"),
    expected: "302 to the provider with a state, a challenge, our redirect URI; a cookie that only this host gets",
    // Not the whole address: the state in it is good for ten minutes.
    cameBack:
      faults === undefined ? describe(result) : faults.length === 0 ? "302 with all of them" : faults.join("; "),
    verdict: faults === undefined ? "unknown" : faults.length === 0 ? "live" : "not live",
  };
}

/** What is wrong with the way to the provider; `undefined` if it is none. */
function faultsOf(result: Exchange, site: Site): string[] | undefined {
  if (result.kind === "failure" || result.status !== 302) return undefined;
  const location = result.headers["location"]?.[0] ?? "";
  if (!URL.canParse(location)) return ["no provider's address"];
  const goal = new URL(location);
  const parameter = (name: string): string => goal.searchParams.get(name) ?? "";
  const cookie = result.headers["set-cookie"]?.find((line) => line.startsWith("__Host-oauth_state=")) ?? "";
  const rules: readonly (readonly [string, boolean])[] = [
    ["the provider is not asked by HTTPS", goal.protocol === "https:"],
    ["the state is missing or short", parameter("state").length >= 32],
    ["there is no code challenge", parameter("code_challenge_method") === "S256"],
    [`the redirect URI is ${parameter("redirect_uri")}`, parameter("redirect_uri") === `${site.url.href}login`],
    ["the state's cookie is not one that only this host gets", cookie !== ""],
    ...["Secure", "HttpOnly", "SameSite=Lax"].map(
      (flag) =>
        [`the state's cookie is not ${flag}`, cookie.toLowerCase().includes(`; ${flag.toLowerCase()}`)] as const,
    ),
  ];
  return rules.filter(([, holds]) => !holds).map(([fault]) => fault);
}

async function madeUpCode({ send }: Context, site: Site): Promise<Attempt> {
  const code = randomBytes(16).toString("hex");
  const result = await send(site, { below: `login?code=${code}&state=${code}` });
  return read(words(site, "GET", "login?code=…", "with a made-up code"), "403", result, {
    live: [403],
    notLive: ["2xx", "3xx", 500],
  });
}

async function foreignLogOut({ send }: Context, site: Site): Promise<Attempt> {
  const result = await send(site, { below: "logout", headers: { "Sec-Fetch-Site": "cross-site" } });
  const reading = { live: [403], notLive: ["2xx"] } as const;
  return read(words(site, "GET", "logout", "from another site"), "403", result, reading);
}
