import { randomBytes } from "node:crypto";
import { read } from "../attempts";
import type { Check } from "../check";
import { loginOf, type Context } from "../context";
import type { Attempt } from "../report";

/**
 * Viewers cannot change anything. One call and not one for each of Flower's 14 control endpoints: the verifier must be
 * safe where the control is *not* live, and only revoking a task that cannot exist is harmless even then. All 14, with
 * encodings and path tricks, are attacked by the tests against a dashboard of their own.
 */
export const readOnly: readonly Check[] = [
  {
    id: "read-only",
    name: "revoke",
    title: "A viewer cannot revoke a task",
    guide: 4,
    needs: ["viewer"],
    run: revokeNothing,
  },
];

async function revokeNothing({ target, options, send }: Context): Promise<Attempt[]> {
  const site = target.viewer;
  const login = loginOf(site);
  // Not a UUID, as Celery's ids are, and random: no task has it, and none that comes later will.
  const below = `api/task/revoke/secure-flower-verify-no-such-task-${randomBytes(8).toString("hex")}`;
  options.onNotice(
    `The one control call: POST ${site.url.href}${below} as viewer "${login.name}". ` +
      "No task with that id can exist, and the call is expected to be refused with 403.",
  );
  const result = await send(site, { method: "POST", below, login, body: "", impatient: true });
  const tried = `POST ${site.base}api/task/revoke/… as viewer "${login.name}", an id that cannot exist`;
  return [read(tried, "403", result, { live: [403], notLive: ["2xx"] })];
}
