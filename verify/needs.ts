import { explain, leadsToLogIn } from "./attempts";
import type { Context } from "./context";
import type { Site } from "./target";

/** What a check cannot do without. */
export type Need = "dashboard" | "viewer" | "admin-route" | "admin" | "direct" | "plain-http" | "brute-force";

/** Why a check cannot be run. */
export interface Lack {
  readonly verdict: "skipped" | "unknown";
  readonly reason: string;
  /** Whether the report can be "live" without this check. */
  readonly inconclusive: boolean;
}

const NEEDS: Record<Need, (context: Context) => Promise<Lack | undefined> | Lack | undefined> = {
  dashboard: (context) => reachable(context, context.target.viewer),
  viewer: (context) => loggedIn(context, context.target.viewer),
  "admin-route": (context) => {
    const { admin } = context.target;
    return admin === undefined ? notAsked("no admin URL was given") : reachable(context, admin);
  },
  admin: (context) => {
    const { admin } = context.target;
    return admin === undefined ? notAsked("no admin URL was given") : loggedIn(context, admin);
  },
  direct: ({ target }) =>
    target.direct === undefined ? notAsked("no direct address of the pod or its Service was given") : undefined,
  "plain-http": ({ target }) => (target.httpOffered ? undefined : notAsked("plain HTTP is said to be closed")),
  "brute-force": ({ options }) =>
    options.bruteForce ? undefined : notAsked("a burst of wrong log-ins is sent only when asked for"),
};

/** The first thing that a check needs and that is not there. */
export async function firstLack(needs: readonly Need[], context: Context): Promise<Lack | undefined> {
  for (const need of needs) {
    const lack = await NEEDS[need](context);
    if (lack !== undefined) return lack;
  }
  return undefined;
}

function notAsked(reason: string): Lack {
  return { verdict: "skipped", reason, inconclusive: false };
}

function cannotTell(reason: string): Lack {
  return { verdict: "unknown", reason, inconclusive: true };
}

async function reachable(context: Context, site: Site): Promise<Lack | undefined> {
  const greeting = await context.greet(site);
  return greeting.kind === "failure" ? cannotTell(`${site.url.href}: ${greeting.message}`) : undefined;
}

async function loggedIn(context: Context, site: Site): Promise<Lack | undefined> {
  if (site.user === undefined) {
    // Half of the proof would be missing: that must not look like success to whoever reads the exit code only.
    const how = leadsToLogIn(site, await context.greet(site)) ? ": people sign in here, so give a session" : "";
    return { verdict: "skipped", reason: `no ${site.role} log-in was given${how}`, inconclusive: true };
  }
  const unreachable = await reachable(context, site);
  if (unreachable !== undefined) return unreachable;
  const result = await context.logIn(site);
  if (result.kind === "answer" && result.status === 200) return undefined;
  return cannotTell(`the ${site.role} log-in "${site.user.name}" gets no data: ${explain(result)}`);
}
