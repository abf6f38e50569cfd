// What each provider's own API says of an account, as its documentation has it. An account is its address; what stands behind a plus
// sign in it says what is special: unverified, personal (Google, without an organisation), blocked and far (GitLab), hang, html, denied.

const has = (login, tag) => login?.split("@")[0].split("+").includes(tag) ?? false;
const unauthorized = { status: 401, body: { message: "401 Unauthorized" } };

/** What any provider may do. */
function mishap(login) {
  if (login === undefined) return unauthorized;
  if (has(login, "hang")) return "never";
  if (has(login, "html")) return { body: "<html>maintenance</html>" };
  if (has(login, "list")) return { body: [1, null, "x"] };
  return has(login, "denied") ? { status: 403, body: { message: "Resource not accessible" } } : undefined;
}

export const ACCOUNTS = {
  // https://developers.google.com/identity/protocols/oauth2/web-server, and version 2 of its userinfo
  google: {
    routes: { authorization: "/o/oauth2/v2/auth", token: "/oauth2/v4/token" },
    scopes: ["profile", "email"],
    api: ({ pathname }, login) => {
      if (pathname !== "/userinfo/v2/me") return undefined;
      const [, domain = ""] = login?.split("@") ?? [];
      const hosted = has(login, "personal") || domain === "gmail.com" ? {} : { hd: domain };
      return mishap(login) ?? { body: { id: "1", email: login, verified_email: !has(login, "unverified"), ...hosted } };
    },
  },
  // https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps and /rest/users/emails
  github: {
    routes: { authorization: "/login/oauth/authorize", token: "/login/oauth/access_token" },
    scopes: ["user:email"],
    refusesWith200: true,
    api: ({ pathname }, login) => {
      if (pathname !== "/user/emails") return undefined;
      const entry = (email, verified) => ({ email, verified, primary: email === login, visibility: null });
      return (
        mishap(login) ?? {
          body: [entry("1+x@users.noreply.github.com", true), entry(login, !has(login, "unverified"))],
        }
      );
    },
  },
  // https://docs.gitlab.com/api/oauth2/, /api/users/#retrieve-the-current-user and /api/groups/
  gitlab: {
    routes: { authorization: "/oauth/authorize", token: "/oauth/token" },
    scopes: ["read_api"],
    api: ({ pathname, searchParams }, login) => {
      if (pathname === "/api/v4/groups")
        return login === undefined ? unauthorized : { body: groupsOf(login, searchParams) };
      if (pathname !== "/api/v4/user") return undefined;
      const confirmed = has(login, "unverified") ? null : "2026-01-01T00:00:00.000Z";
      return (
        mishap(login) ?? {
          body: { id: 1, email: login, state: has(login, "blocked") ? "blocked" : "active", confirmed_at: confirmed },
        }
      );
    },
  },
  // https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/CustomAS
  okta: {
    routes: {
      authorization: "/oauth2/default/v1/authorize",
      token: "/oauth2/default/v1/token",
      userinfo: "/oauth2/default/v1/userinfo",
    },
    scopes: ["openid", "email"],
    api: ({ pathname }, login) => (pathname.endsWith("/v1/userinfo") ? mishap(login) : undefined),
  },
};

/** A page of groups: 20 by default, and the one that counts comes last. Guests see it only if guests are asked for. */
function groupsOf(login, query) {
  const others = Array.from({ length: 30 }, (_, index) => ({ id: index + 1, full_path: `team-${index}` }));
  const level = has(login, "guest") ? 10 : 30;
  const own =
    has(login, "stranger") || level < Number(query.get("min_access_level"))
      ? []
      : [{ id: 99, full_path: "platform/oncall" }];
  return [...others, ...own].slice(0, Number(query.get("per_page") ?? 20));
}
