import { read, words } from "../attempts";
import type { Check } from "../check";
import { directOf, loginOf, type Context, type SiteRequest } from "../context";
import type { Attempt } from "../report";
import type { Site } from "../target";
import { closedPorts } from "./closedPorts";

/** What Flower answers to anybody, without a log-in. */
const OPEN_IN_FLOWER = [
  ["GET", "metrics"],
  ["GET", "healthcheck"],
  ["OPTIONS", ""],
  ["OPTIONS", "api/workers"],
] as const;

/** Flower's endpoints that need no log-in are not public. */
export const hiddenEndpoints: readonly Check[] = [
  {
    id: "hidden-endpoints",
    name: "anonymous",
    title: "/metrics, /healthcheck and OPTIONS are not public",
    needs: ["dashboard"],
    run: async (context) => {
      const attempts: Attempt[] = [];
      for (const site of context.sites) attempts.push(...(await knockAll(context, site, undefined)));
      return attempts;
    },
  },
  {
    id: "hidden-endpoints",
    name: "viewer",
    title: "Nor does a viewer's log-in open them",
    needs: ["viewer"],
    run: (context) => knockAll(context, context.target.viewer, loginOf(context.target.viewer)),
  },
  {
    id: "hidden-endpoints",
    name: "metrics-port",
    title: "A neighbour does not reach the metrics port",
    needs: ["direct"],
    run: async (context) => closedPorts(context, directOf(context.target).host, [context.options.ports.metrics]),
  },
];

async function knockAll({ send }: Context, site: Site, login: SiteRequest["login"]): Promise<Attempt[]> {
  const who = login === undefined ? "without credentials" : `as viewer "${login.name}"`;
  const attempts: Attempt[] = [];
  for (const [method, below] of OPEN_IN_FLOWER) {
    const result = await send(site, { method, below, login });
    const tried = words(site, method, below, who);
    attempts.push(read(tried, "refused", result, { live: [401, 403, 404, 405], notLive: ["2xx"] }));
  }
  return attempts;
}
