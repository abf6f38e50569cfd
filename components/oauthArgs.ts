import type { Input } from "@pulumi/pulumi";
import type { NetworkPeerArgs, SecretKeyArgs } from "./args";

/**
 * Sign-in with an identity provider, by Flower's own handlers made stricter. Register the outputs `redirectUri` and `adminRedirectUri` at the provider. Who signs in is
 * known by the e-mail address that the provider has verified. https://flower.readthedocs.io/en/latest/auth.html
 */
export interface OAuthArgs {
  /** `google`, `github`, `gitlab` or `okta`. */
  provider: string;
  /** Client ID that the provider gave to the dashboard. Not a secret. */
  clientId: Input<string>;
  /** Client secret, treated as a secret. Exactly one of this and `clientSecretRef`. */
  clientSecret?: Input<string>;
  /** A key of a Secret that exists, holding the client secret. */
  clientSecretRef?: SecretKeyArgs;
  /**
   * E-mail addresses of those who may look, in lower case, or exactly one `*@example.com` for everybody of a domain of your own. A domain at which anyone can get an address (gmail.com and
   * the like) is refused. An admin who is not listed here too gets no further than the admin dashboard.
   */
  viewers: Input<string>[];
  /** E-mail addresses, or one `*@example.com`, of those who may also revoke, terminate and rate-limit, on a host of their own (`admin`). */
  admins?: Input<string>[];
  /**
   * Hours after which a session ends and the provider is asked again: what it takes at most until somebody who is removed at the provider is locked out. From 1 to 720.
   * Defaults to 12. Flower's own would be 31 days.
   */
  sessionHours?: number;
  /** Host of GitHub Enterprise Server, such as `github.example.com`, with a port if it is not 443. Defaults to `github.com`. Only with provider `github`. */
  githubHost?: Input<string>;
  /** Host of a GitLab of your own, such as `gitlab.example.com`, with a port if it is not 443. Defaults to `gitlab.com`. Only with provider `gitlab`. */
  gitlabHost?: Input<string>;
  /** Full paths of GitLab groups, such as `platform/oncall`, of which a user must be a member of at least one, beside having a listed address. Only with provider `gitlab`. */
  gitlabGroups?: Input<string>[];
  /** Least role in one of `gitlabGroups`: 5, 10, 15, 20, 30, 40 or 50. Defaults to 20, Reporter. Only with `gitlabGroups`. https://docs.gitlab.com/api/access_requests/ */
  gitlabMinAccessLevel?: number;
  /** Okta's authorization server, such as `https://example.okta.com/oauth2/default`, without a slash at its end. Required with provider `okta`, refused with another. */
  oktaBaseUrl?: Input<string>;
  /** Name of a Secret that exists whose key `ca.crt` is the CA of a provider of your own. Defaults to the CAs of Flower's image. Only with `githubHost`, `gitlabHost` or `oktaBaseUrl`. */
  caSecret?: Input<string>;
  /**
   * Where the provider is, for the egress policy. Defaults to every address of the internet, on the provider's port (443), without private, link-local, metadata and
   * shared ranges. Name the peers of a provider inside your network, and also where the cluster's pods have public addresses.
   */
  peers?: NetworkPeerArgs[];
}
