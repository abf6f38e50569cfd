import { randomBytes } from "node:crypto";
import { explain, readStranger, readStrangersCall, words } from "../attempts";
import type { Check } from "../check";
import { loginOf, type Context } from "../context";
import { describe, header, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";
import type { Site } from "../target";

/** Everything that shows data and changes none. */
const READ_ROUTES = [
  ["GET", "workers"],
  ["GET", "tasks"],
  ["GET", "broker"],
  ["POST", "tasks/datatable"],
  ["GET", "api/workers"],
  ["GET", "api/tasks"],
  ["GET", "api/task/types"],
  ["GET", "api/queues/length"],
] as const;

/** No request without a valid log-in gets data. */
export const authentication: readonly Check[] = [
  {
    id: "authentication",
    name: "anonymous",
    title: "Without credentials nobody gets in",
    guide: 1,
    needs: ["dashboard"],
    run: async ({ target, greet }) => [
      readStranger(words(target.viewer, "GET", "", "without credentials"), target.viewer, await greet(target.viewer)),
    ],
  },
  {
    id: "authentication",
    name: "read",
    title: "With a log-in, reading works",
    guide: 3,
    needs: ["viewer"],
    run: async ({ target, logIn }) => [readData(target.viewer, await logIn(target.viewer))],
  },
  {
    id: "authentication",
    name: "anonymous-routes",
    title: "No page and no API answers without credentials",
    needs: ["dashboard"],
    run: async (context) => {
      const attempts: Attempt[] = [];
      for (const site of context.sites) attempts.push(...(await anonymousRoutes(context, site)));
      return attempts;
    },
  },
  {
    id: "authentication",
    name: "wrong-password",
    title: "A wrong password, an unknown user and a broken log-in are refused",
    needs: ["dashboard"],
    run: wrongLogIns,
  },
];

/** Judges the authenticated read: the guide pipes it through a JSON parser, so JSON it must be. */
function readData(site: Site, result: Exchange): Attempt {
  const tried = words(site, "GET", "api/workers", `as viewer "${loginOf(site).name}"`);
  const expected = "200 and JSON";
  if (result.kind === "failure" || result.status !== 200) {
    return { tried, expected, cameBack: explain(result), verdict: "unknown" };
  }
  const kind = header(result, "content-type") ?? "no content type";
  const parsed = isJson(result.body);
  const cameBack = `${describe(result)}, ${parsed ? "JSON" : `not JSON (${kind})`}`;
  return { tried, expected, cameBack, verdict: parsed ? "live" : "not live" };
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

async function anonymousRoutes({ send }: Context, site: Site): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const [method, below] of READ_ROUTES) {
    const body = method === "POST" ? "draw=1" : undefined;
    const tried = words(site, method, below, "without credentials");
    const result = await send(site, { method, below, body });
    const isPage = method === "GET" && !below.startsWith("api/");
    attempts.push(isPage ? readStranger(tried, site, result) : readStrangersCall(tried, result));
  }
  return attempts;
}

async function wrongLogIns({ target, send }: Context): Promise<Attempt[]> {
  const site = target.viewer;
  const name = site.user?.name ?? "viewer";
  const password = randomBytes(12).toString("hex");
  const tries = [
    [`as "${name}" with a wrong password`, { login: { name, password } }],
    ["as an unknown user", { login: { name: "nobody", password } }],
    ["with a broken Authorization header", { headers: { Authorization: "Basic !" } }],
  ] as const;
  const attempts: Attempt[] = [];
  for (const [who, request] of tries) {
    const tried = words(site, "GET", "api/workers", who);
    attempts.push(readStranger(tried, site, await send(site, { below: "api/workers", ...request })));
  }
  return attempts;
}
