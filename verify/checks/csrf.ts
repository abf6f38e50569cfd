import { read, words } from "../attempts";
import type { Check } from "../check";
import { adminOf, loginOf, type Context } from "../context";
import type { Attempt } from "../report";
import type { Site } from "../target";
import { datatableRequest } from "./liveUpdates";

const FORGERIES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["from another site", { Origin: "https://attacker.example", "Sec-Fetch-Site": "cross-site" }],
  ["with another site's Origin only, as older browsers send it", { Origin: "https://attacker.example" }],
  ["with Origin: null, as a sandboxed frame sends it", { Origin: "null" }],
];

/**
 * A foreign site cannot make somebody's browser act. Tried with the tasks table: a POST as control calls are, but one
 * that only reads, so that nothing happens where the control is not live. It relies on `live-updates` finding that the
 * same POST from the dashboard's own pages does work.
 */
export const csrf: readonly Check[] = [
  {
    id: "csrf",
    name: "viewer",
    title: "Another site cannot POST with a viewer's log-in",
    needs: ["viewer"],
    run: (context) => forge(context, context.target.viewer),
  },
  {
    id: "csrf",
    name: "admin",
    title: "Another site cannot POST with an admin's log-in",
    needs: ["admin"],
    run: (context) => forge(context, adminOf(context.target)),
  },
];

async function forge({ send }: Context, site: Site): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const [how, headers] of FORGERIES) {
    const result = await send(site, datatableRequest(loginOf(site), headers));
    const tried = words(site, "POST", "tasks/datatable", how);
    attempts.push(read(tried, "403", result, { live: [403], notLive: ["2xx"] }));
  }
  return attempts;
}
