import type { Unwrap } from "@pulumi/pulumi";
import type { OAuthArgs } from "./oauthArgs";
import { internet } from "./build/internet";
import type { Peer, Role } from "./model";
import { wildcardOf } from "./rules/addresses";
import type { Provider } from "./rules/oauth";

/** Sign-in with an identity provider, decided. */
export interface OAuth {
  readonly provider: Provider;
  readonly clientId: string;
  /** Who may open which dashboard, as Flower's option `auth` has it. */
  readonly people: Readonly<Record<Role, string | undefined>>;
  readonly sessionHours: number;
  /** Host of a GitHub or GitLab of the user's own. */
  readonly host: string | undefined;
  readonly gitlabGroups: readonly string[];
  readonly gitlabMinAccessLevel: number;
  readonly oktaBaseUrl: string | undefined;
  readonly caSecret: string | undefined;
  readonly peers: readonly Peer[];
}

const DEFAULT_SESSION_HOURS = 12;
/** GitLab's Reporter. */
const DEFAULT_ACCESS_LEVEL = 20;
const HTTPS = 443;

type Settings = Unwrap<OAuthArgs>;

/** The model of `auth.oauth`. @param peer the model of a peer */
export function resolveOAuth(
  settings: Settings,
  peer: (settings: NonNullable<Settings["peers"]>[number]) => Peer,
): OAuth {
  const host = settings.githubHost ?? settings.gitlabHost;
  const ports = [portOf(host ?? settings.oktaBaseUrl)];
  return {
    // A rule has refused every other text.
    provider: settings.provider as Provider,
    clientId: settings.clientId,
    people: { viewer: flowerPattern(settings.viewers), admin: settings.admins && flowerPattern(settings.admins) },
    sessionHours: settings.sessionHours ?? DEFAULT_SESSION_HOURS,
    host,
    gitlabGroups: settings.gitlabGroups ?? [],
    gitlabMinAccessLevel: settings.gitlabMinAccessLevel ?? DEFAULT_ACCESS_LEVEL,
    oktaBaseUrl: settings.oktaBaseUrl,
    caSecret: settings.caSecret,
    peers: settings.peers?.map((item) => peer({ ...item, ports: item.ports ?? ports })) ?? internet(ports),
  };
}

/** Flower takes one address, several with bars between them, or one wildcard, which it writes `.*@domain`. https://flower.readthedocs.io/en/latest/config.html#auth */
function flowerPattern(people: readonly string[]): string {
  return people.map((each) => (wildcardOf(each) === undefined ? each : `.${each}`)).join("|");
}

function portOf(hostOrUrl: string | undefined): number {
  const port = /:([0-9]+)(?:\/|$)/.exec(hostOrUrl ?? "")?.[1];
  return port === undefined ? HTTPS : Number(port);
}
