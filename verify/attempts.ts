import { describe, header, type Exchange } from "./network/exchange";
import type { Attempt } from "./report";
import type { Site } from "./target";

type Statuses = readonly (number | "2xx" | "3xx" | "4xx")[];

/** How statuses are to be read. What neither list names tells nothing: a 502 of a proxy refuses nobody. */
export interface Reading {
  readonly live: Statuses;
  readonly notLive: Statuses;
}

/** Reads a verdict off an answer's status. */
export function read(tried: string, expected: string, result: Exchange, reading: Reading): Attempt {
  const verdict = verdictOf(result, reading);
  return { tried, expected, cameBack: verdict === "unknown" ? explain(result) : describe(result), verdict };
}

/** Reads the answer to somebody who must not get in: 401, or with OAuth the way to the log-in page. */
export function readStranger(tried: string, site: Site, result: Exchange): Attempt {
  const attempt = read(tried, "401", result, { live: [401], notLive: ["2xx"] });
  return leadsToLogIn(site, result) ? { ...attempt, verdict: "live", cameBack: describe(result) } : attempt;
}

/** Reads the answer to somebody without a session who calls the API or a script's address: 401 and never a sign-in, which a script cannot follow. */
export function readStrangersCall(tried: string, result: Exchange): Attempt {
  return read(tried, "401", result, { live: [401], notLive: ["2xx", "3xx"] });
}

/** Words for a request, as they stand in the table. */
export function words(site: Site, method: string, below: string, who: string): string {
  return `${method} ${site.base}${below} ${who}${site.role === "admin" ? ", admin route" : ""}`;
}

/** What came back, with what it probably means where it was not the answer to the question. */
export function explain(result: Exchange): string {
  if (result.kind === "failure") return result.message;
  if (result.status === 401) return "401, wrong user or password?";
  if (result.status === 403) return "403, is this machine outside the allowed source ranges?";
  if (result.status === 404 || result.status === 421) return `${result.status}, is this the dashboard's URL?`;
  return describe(result);
}

/** Whether an answer is the way to the log-in page: people sign in with an identity provider here. */
export function leadsToLogIn(site: Site, result: Exchange): boolean {
  const location = result.kind === "answer" && result.status === 302 ? header(result, "location") : undefined;
  if (location === undefined || !URL.canParse(location, site.url.href)) return false;
  const goal = new URL(location, site.url);
  return goal.origin === site.url.origin && goal.pathname === `${site.base}login`;
}

function verdictOf(result: Exchange, { live, notLive }: Reading): Attempt["verdict"] {
  if (result.kind === "failure") return "unknown";
  const isAmong = (statuses: Statuses) =>
    statuses.some((status) => status === result.status || status === `${Math.floor(result.status / 100)}xx`);
  if (isAmong(live)) return "live";
  return isAmong(notLive) ? "not live" : "unknown";
}
