import type { Role } from "../../model";

/** What a route is, which decides how nginx treats it. */
export type RouteKind = "page" | "api" | "result" | "control" | "static" | "login" | "logout";

/** One of Flower's endpoints that a role may call. Everything else is refused. */
export interface Route {
  readonly kind: RouteKind;
  /** Methods, as a regular expression. */
  readonly methods: string;
  /** The raw path below the prefix, as a regular expression; anchored at both ends by `routePattern`. */
  readonly path: string;
  readonly roles: readonly Role[];
}

/**
 * One segment that names a worker or task: RFC 3986's unreserved characters, `@`, `:` and percent-encodings, but those of a slash, a
 * backslash and control characters. Flower (Tornado) matches its own patterns on the raw path too, so nginx and Flower never disagree.
 */
const SEGMENT = "(?:[A-Za-z0-9._~@:-]|%(?!2[Ff]|5[Cc]|[01][0-9A-Fa-f]|7[Ff])[0-9A-Fa-f][0-9A-Fa-f])+";
const BOTH: readonly Role[] = ["viewer", "admin"];
const ADMIN: readonly Role[] = ["admin"];

/**
 * The allow-list: Flower 2.2.0's `flower/urls.py` without /metrics, /healthcheck, /login and /logout (for those see `SIGN_IN_ROUTES`). A list of what is
 * allowed, since a list of what is forbidden misses what the next Flower adds. `/tasks/datatable` is a read although the page sends it by POST.
 */
export const ROUTES: readonly Route[] = [
  { kind: "page", methods: "GET", path: "(?:workers|tasks|broker)?", roles: BOTH },
  { kind: "page", methods: "GET", path: `(?:worker|task)/${SEGMENT}`, roles: BOTH },
  { kind: "page", methods: "(?:GET|POST)", path: "tasks/datatable", roles: BOTH },
  { kind: "api", methods: "GET", path: "api/(?:workers|tasks|task/types|queues/length)", roles: BOTH },
  { kind: "api", methods: "GET", path: `api/task/info/${SEGMENT}`, roles: BOTH },
  { kind: "result", methods: "GET", path: `api/task/result/${SEGMENT}`, roles: BOTH },
  {
    kind: "static",
    methods: "(?:GET|HEAD)",
    path: "static/(?:favicon\\.ico|(?:css|js)/[A-Za-z0-9_-][A-Za-z0-9._-]*)",
    roles: BOTH,
  },
  {
    kind: "control",
    methods: "POST",
    path: `api/worker/(?:shutdown|pool/(?:restart|grow|shrink|autoscale)|queue/(?:add|cancel)-consumer)/${SEGMENT}`,
    roles: ADMIN,
  },
  {
    kind: "control",
    methods: "POST",
    path: `api/task/(?:apply|async-apply|send-task|abort|timeout|rate-limit|revoke)/${SEGMENT}`,
    roles: ADMIN,
  },
];

/** nginx' case-sensitive pattern for `"$request_method $raw_path"` that a route accepts. */
export function routePattern(route: Route, urlPrefix: string): string {
  return `~^${route.methods} /${urlPrefix}/${route.path}$`;
}
