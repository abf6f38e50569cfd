import { URL, URLSearchParams } from "node:url";
import { Provider } from "oidc-provider";

/** Nothing that a provider of the tests keeps is of any worth. */
const COOKIE_KEY = "test";
const FORM = (
  action,
) => `<!doctype html><title>Sign in at the provider</title><link rel="icon" href="data:,"><form method="post" action="${action}">
<input name="login" aria-label="E-mail address" autofocus><button name="say" value="yes">Sign in</button><button name="say" value="no">Refuse</button></form>`;

/**
 * Handles every request for one provider's hosts.
 *
 * @param client - what the dashboard is registered as: `{ provider, issuer, id, secret, redirectUris }`
 * @param account - the provider's own: its paths, its scopes, and its API for the account that a token belongs to
 */
export function makeProvider({ issuer, id, secret, redirectUris }, { routes, scopes, api, refusesWith200 }) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: id,
        client_secret: secret,
        redirect_uris: redirectUris,
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    // Stricter than any of the four: a sign-in without PKCE fails here.
    pkce: { required: () => true },
    scopes,
    routes,
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: accountId, email_verified: verified(accountId) }),
    }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    loadExistingGrant: (context) => grantAll(context, scopes),
    cookies: { keys: [COOKIE_KEY] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, AuthorizationCode: 60, IdToken: 600 },
  });
  if (refusesWith200) provider.use(refuseWith200(routes.token));
  const callback = provider.callback();
  return async (request, response) => {
    const url = new URL(request.url, issuer);
    if (url.pathname.startsWith("/sign-in/")) return interact(provider, request, response);
    const answer = api(url, await accountOf(provider, request));
    if (answer === undefined) return void callback(request, response);
    // A provider that takes a request and never answers.
    if (answer === "never") return;
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  };
}

function verified(login) {
  return !login.includes("+unverified") && (login.includes("+claimed") ? "false" : true);
}

async function grantAll({ oidc }, scopes) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope(["openid", ...scopes].join(" "));
  await grant.save();
  return grant;
}

/** The log-in page: whoever names an address is taken to have it. */
async function interact(provider, request, response) {
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(FORM(request.url));
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  const login = form.get("login") ?? "";
  const result = form.get("say") === "no" ? { error: "access_denied" } : { login: { accountId: login } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

/** The account that a request's token belongs to. */
async function accountOf(provider, { headers }) {
  const [, token] = /^(?:Bearer|token) (.+)$/.exec(headers.authorization ?? "") ?? [];
  return token === undefined ? undefined : (await provider.AccessToken.find(token))?.accountId;
}

/** GitHub's way to say no to a code. */
function refuseWith200(path) {
  return async (context, next) => {
    await next();
    if (context.path === path && context.status >= 400) context.status = 200;
  };
}
