import type { Dashboard, Model } from "../model";
import type { OAuth } from "../oauthModel";
import { originOf } from "./nginx/servers";
import { MOUNTS } from "./paths";

/** Where the client secret's file is in the pod, whatever the key of its Secret. */
export const CLIENT_SECRET_FILE = "client-secret";

/** The class of scripts/sign_in.py that signs in with each provider. */
const HANDLERS: Readonly<Record<OAuth["provider"], string>> = {
  google: "sign_in.Google",
  github: "sign_in.GitHub",
  gitlab: "sign_in.GitLab",
  okta: "sign_in.Okta",
};

/** Where the provider sends browsers back to: what is registered there. One prefix and host feed it, Flower, nginx and the Ingress, so they cannot differ. */
export function redirectUri(dashboard: Dashboard, model: Model): string {
  return `${originOf(dashboard, model)}/${model.urlPrefix}/login`;
}

/** The variables of a Flower process that signs in with a provider. The client secret is a file. https://flower.readthedocs.io/en/latest/auth.html */
export function oauthEnvironment(model: Model, dashboard: Dashboard): Record<string, string | undefined> {
  const { oauth } = model;
  if (oauth === undefined) {
    return {};
  }
  return {
    FLOWER_AUTH: oauth.people[dashboard.role],
    FLOWER_AUTH_PROVIDER: HANDLERS[oauth.provider],
    FLOWER_OAUTH2_KEY: oauth.clientId,
    FLOWER_OAUTH2_REDIRECT_URI: redirectUri(dashboard, model),
    OAUTH_CLIENT_SECRET_FILE: `${MOUNTS.oauthClient}/${CLIENT_SECRET_FILE}`,
    OAUTH_CA_FILE: oauth.caSecret && `${MOUNTS.oauthCa}/ca.crt`,
    OAUTH_SESSION_HOURS: String(oauth.sessionHours),
    ...providerEnvironment(oauth),
  };
}

/** What Flower's handlers read by themselves: no option of Flower stands for it. */
function providerEnvironment(oauth: OAuth): Record<string, string | undefined> {
  switch (oauth.provider) {
    case "google":
      return {};
    case "github":
      return { FLOWER_GITHUB_OAUTH_DOMAIN: oauth.host };
    case "gitlab":
      return {
        FLOWER_GITLAB_OAUTH_DOMAIN: oauth.host,
        ...(oauth.gitlabGroups.length === 0
          ? {}
          : {
              FLOWER_GITLAB_AUTH_ALLOWED_GROUPS: oauth.gitlabGroups.join(","),
              FLOWER_GITLAB_MIN_ACCESS_LEVEL: String(oauth.gitlabMinAccessLevel),
            }),
      };
    case "okta":
      return { FLOWER_OAUTH2_OKTA_BASE_URL: oauth.oktaBaseUrl };
    default:
      return oauth.provider satisfies never;
  }
}
