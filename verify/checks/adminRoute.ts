import { read, readStranger, words } from "../attempts";
import type { Check } from "../check";
import { adminOf, loginOf, type Context } from "../context";
import type { Attempt } from "../report";

/** Admins only, on an origin of their own. */
export const adminRoute: readonly Check[] = [
  {
    id: "admin-route",
    name: "anonymous",
    title: "The admin route refuses who has no credentials",
    needs: ["admin-route"],
    run: async ({ target, greet }) => {
      const admin = adminOf(target);
      return [readStranger(words(admin, "GET", "", "without credentials"), admin, await greet(admin))];
    },
  },
  {
    id: "admin-route",
    name: "own-origin",
    title: "The admin route is an origin of its own",
    needs: ["admin-route"],
    // On one origin a viewer's page, open in an admin's browser, could act for the admin.
    run: ({ target }) => Promise.resolve([separateOrigins(target.viewer.url, adminOf(target).url)]),
  },
  {
    id: "admin-route",
    name: "viewer",
    title: "A viewer's log-in does not open the admin route",
    needs: ["admin-route", "viewer"],
    run: viewerAtAdmin,
  },
  {
    id: "admin-route",
    name: "admin",
    title: "An admin's log-in opens the admin route",
    needs: ["admin"],
    run: async ({ target, logIn }) => {
      const admin = adminOf(target);
      const tried = words(admin, "GET", "api/workers", `as admin "${loginOf(admin).name}"`);
      return [read(tried, "200", await logIn(admin), { live: [200], notLive: [] })];
    },
  },
];

function separateOrigins(viewer: URL, admin: URL): Attempt {
  return {
    tried: "host names of the two URLs",
    expected: "different",
    cameBack: `${viewer.hostname} and ${admin.hostname}`,
    verdict: viewer.hostname === admin.hostname ? "not live" : "live",
  };
}

async function viewerAtAdmin({ target, send }: Context): Promise<Attempt[]> {
  const admin = adminOf(target);
  const login = loginOf(target.viewer);
  const result = await send(admin, { below: "api/workers", login });
  return [readStranger(words(admin, "GET", "api/workers", `as viewer "${login.name}"`), admin, result)];
}
