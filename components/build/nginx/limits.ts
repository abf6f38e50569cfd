import type { Dashboard } from "../../model";
import { MOUNTS } from "../paths";
import { block } from "./block";

/** Sizes and times of a request: a header or body that trickles in is cut off. https://nginx.org/en/docs/http/ngx_http_core_module.html */
export function timeLimits(): string[] {
  return [
    "client_header_buffer_size 2k;",
    "large_client_header_buffers 4 8k;",
    "client_header_timeout 10s;",
    "client_body_timeout 10s;",
    "send_timeout 15s;",
    "keepalive_timeout 60s;",
    "reset_timedout_connection on;",
    "merge_slashes off;",
    "limit_req_status 429;",
    "limit_conn_status 429;",
  ];
}

/**
 * `$ROLE_guesser` where people log in by password. A guess is a request with a log-in that is not one of this role's (the init container lays their list into memory): only
 * guesses are counted against the guesser, so that a flood of them slows nobody who knows the password, even behind the same address. The
 * list decides nothing but whose counter goes up; whether a log-in is right is Flower's to say. `$ROLE_user`: the user, once the log-in is known.
 */
export function passwordGuards({ role }: Dashboard): string[] {
  return [
    ...block(`map $http_authorization $${role}_guesser`, [
      "default $client_network;",
      '"" "";',
      `include ${MOUNTS.logins}/${role}.map;`,
    ]),
    ...block(`map $${role}_guesser $${role}_user`, ['"" $remote_user;', 'default "";']),
  ];
}

/** Counters by `$client_network`: of guesses, at each dashboard, and of everything. https://nginx.org/en/docs/http/ngx_http_limit_req_module.html */
export function rateLimits(dashboards: readonly Dashboard[]): string[] {
  return [
    ...dashboards.map(({ role }) => `limit_req_zone $${role}_guesser zone=${role}_guesses:2m rate=20r/m;`),
    "limit_req_zone $client_network zone=requests:2m rate=50r/s;",
    "limit_conn_zone $client_network zone=connections:2m;",
  ];
}

/** What one client may do at a dashboard. Twenty requests a second with a burst of 40 pass a person who clicks through the pages (measured). */
export function requestLimits({ role }: Dashboard): string[] {
  return [
    `limit_req zone=${role}_guesses burst=10 nodelay;`,
    "limit_req zone=requests burst=100 nodelay;",
    "limit_conn connections 64;",
    // Ten columns of the Tasks page are 2.2 kB; an admin's task arguments may be larger.
    `client_max_body_size ${role === "admin" ? "64k" : "16k"};`,
    "client_body_buffer_size 64k;",
  ];
}
