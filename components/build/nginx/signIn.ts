import type { Dashboard, Model } from "../../model";
import { block } from "./block";
import type { Route } from "./routes";

/** What sign-in with an identity provider adds to the allow-list. Flower's own pattern takes `/login/` too; the redirect URI has no slash at its end. */
export const SIGN_IN_ROUTES: readonly Route[] = [
  { kind: "login", methods: "GET", path: "login", roles: ["viewer", "admin"] },
  { kind: "logout", methods: "GET", path: "logout", roles: ["viewer", "admin"] },
];

/** The header by which Flower tells nginx, for its log, who is signed in. Never passed on. */
const USER_HEADER = "X-Signed-In-As";
/** The user in the access log. */
export const SIGNED_IN_USER = `$upstream_http_${USER_HEADER.toLowerCase().replaceAll("-", "_")}`;

/** Arguments of the sign-in, and the texts that each may be. Providers add others (`scope`, `iss`, `session_state`), which Flower has no use for. */
const ARGUMENTS: readonly (readonly [name: string, pattern: string])[] = [
  ["code", "[!-~]+"],
  ["state", "[A-Za-z0-9_-]+"],
  ["error", "[a-z_]+"],
  ["next", "[A-Za-z0-9._~%/?=&+@:-]+"],
];

/**
 * `$login_query`: the query that Flower gets at its log-in. Each known argument at most once, since Flower would take another one of two than
 * nginx or a person who looks; nothing else.
 */
export function signInQuery(): string[] {
  return [
    ...ARGUMENTS.flatMap(([name, pattern]) =>
      block(`map $arg_${name} $login_${name}`, [`"~^${pattern}$" "${name}=$arg_${name}&";`, 'default "";']),
    ),
    ...block('map "" $login_query', [`default "?${ARGUMENTS.map(([name]) => `$login_${name}`).join("")}";`]),
  ];
}

/**
 * `$ROLE_foreign_logout`: 1 for a log-out that a browser says comes from another site, since Flower logs out by GET: any image would do it.
 * `$ROLE_guesser`: a made-up code costs Flower a request to the provider, and the provider's patience with us; only they are counted.
 */
export function signInGuards({ role }: Dashboard): string[] {
  return [
    ...block(`map "$${role}_route $http_sec_fetch_site" $${role}_foreign_logout`, [
      '"~^logout (?:same-origin|none)?$" 0;',
      '"~^logout " 1;',
      "default 0;",
    ]),
    ...block(`map "$${role}_route $arg_code" $${role}_guesser`, ['"~^login ." $client_network;', 'default "";']),
  ];
}

/**
 * What else goes to and comes from Flower. The cookie of a sign-in that is under way comes back from the provider, so it cannot be Strict; the session's can. Flower
 * leaves its check of the _xsrf token out for a request with an Authorization header, and asks for a password where there is none.
 */
export function signInProxy({ oauth }: Model): string[] {
  return oauth === undefined
    ? []
    : [
        'proxy_set_header Authorization "";',
        "proxy_hide_header WWW-Authenticate;",
        `proxy_hide_header ${USER_HEADER};`,
        "proxy_cookie_flags __Host-oauth_state secure httponly samesite=lax;",
        "proxy_cookie_flags __Host-user secure httponly samesite=strict;",
      ];
}
