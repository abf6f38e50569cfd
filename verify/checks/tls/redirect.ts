import { explain } from "../../attempts";
import type { Check } from "../../check";
import type { Context } from "../../context";
import { portOf } from "../../network/address";
import { describe, exchange, header, type Answer, type Exchange } from "../../network/exchange";
import type { Attempt } from "../../report";

const ATTACKER = "attacker.example";

/** Plain HTTP is redirected, by nothing that the client said. */
export const redirect: readonly Check[] = [
  {
    id: "tls",
    name: "redirect",
    title: "Plain HTTP is redirected, not served",
    guide: 2,
    needs: [],
    run: plainHttp,
  },
  {
    id: "tls",
    name: "redirect-target",
    title: "The redirect does not follow a forged host name",
    needs: ["plain-http"],
    run: forgedHosts,
  },
];

async function plainHttp(context: Context): Promise<Attempt[]> {
  const { httpUrl, httpOffered, viewer } = context.target;
  const result = await plain(context, {});
  const tried = `GET ${httpUrl.href}`;
  if (!httpOffered) return [{ tried, expected: "no connection", cameBack: describe(result), verdict: closed(result) }];
  const expected = `301 or 308 to ${viewer.url.href}`;
  const { verdict, hint } = await redirected(context, result);
  const cameBack = verdict === "unknown" ? explain(result) : describe(result);
  return [{ tried, expected, cameBack: hint === undefined ? cameBack : `${cameBack}: ${hint}`, verdict }];
}

function closed(result: Exchange): Attempt["verdict"] {
  if (result.kind === "answer") return "not live";
  return result.failure === "refused" || result.failure === "timed out" ? "live" : "unknown";
}

async function redirected(context: Context, result: Exchange): Promise<{ verdict: Attempt["verdict"]; hint?: string }> {
  const { target, greet } = context;
  if (result.kind === "answer") return { verdict: leadsTo(target.httpUrl, result, target.viewer.url) };
  if (result.failure !== "closed" && result.failure !== "refused") return { verdict: "unknown" };
  const greeting = await greet(target.viewer);
  if (greeting.kind === "failure" && greeting.failure !== "certificate") {
    return { verdict: "unknown", hint: "nor does HTTPS answer" };
  }
  // Where HTTPS is not on its usual port, HTTP need not be either, and nobody said where it is.
  if (target.httpGuessed && portOf(target.viewer.url) !== 443) {
    return { verdict: "unknown", hint: "give the plain HTTP address if it is another" };
  }
  return { verdict: "not live", hint: "if plain HTTP is closed on purpose, say so" };
}

/** A server's error says nothing of how it would answer in health. */
function leadsTo(from: URL, answer: Answer, goal: URL): Attempt["verdict"] {
  if (answer.status >= 500 || answer.status === 429) return "unknown";
  const location = header(answer, "location");
  const isPermanent = answer.status === 301 || answer.status === 308;
  if (!isPermanent || location === undefined || !URL.canParse(location, from.href)) return "not live";
  return new URL(location, from).href === goal.href ? "live" : "not live";
}

async function forgedHosts(context: Context): Promise<Attempt[]> {
  const headers: readonly Readonly<Record<string, string>>[] = [
    { Host: ATTACKER },
    { "X-Forwarded-Host": ATTACKER, Forwarded: `host=${ATTACKER}` },
  ];
  const attempts: Attempt[] = [];
  for (const forged of headers) {
    const result = await plain(context, forged);
    attempts.push({
      tried: `GET ${context.target.httpUrl.href} with ${Object.keys(forged).join(" and ")}: ${ATTACKER}`,
      expected: `nothing served, no redirect to ${ATTACKER}`,
      cameBack: describe(result),
      verdict: unmoved(result),
    });
  }
  return attempts;
}

function unmoved(result: Exchange): Attempt["verdict"] {
  // Closing the connection on an unknown name is the best answer there is.
  if (result.kind === "failure") return result.failure === "closed" ? "live" : "unknown";
  if (result.status >= 500 || result.status === 429) return "unknown";
  const served = result.status < 300 || result.status === 401;
  return served || header(result, "location")?.includes(ATTACKER) ? "not live" : "live";
}

function plain({ target, signal }: Context, headers: Readonly<Record<string, string>>): Promise<Exchange> {
  return exchange({ url: target.httpUrl, address: target.address, headers, signal });
}
