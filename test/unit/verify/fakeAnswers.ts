import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fault } from "./faults";

/** Who may log in on which origin. */
export const USERS = {
  viewer: { name: "vera", password: `v"<&>'ëra-7f3b` },
  admin: { name: "adam", password: "a%d:am 5c1e" },
} as const;

export type Role = keyof typeof USERS;

/** What an origin knows of itself. */
export interface Origin {
  readonly role: Role;
  readonly host: string;
  readonly faults: ReadonlySet<Fault>;
  /** Wrong log-ins so far. */
  wrong: number;
}

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; frame-ancestors 'none'";

const CONTROL = /^\/flower\/api\/(task\/(revoke|abort|apply)|worker\/shutdown)\//;

/** Answers as a hardened dashboard does, but for its faults. */
export function respond(origin: Origin, request: IncomingMessage, response: ServerResponse): void {
  const status = statusFor(origin, request);
  if (status === undefined) return;
  const redirect = origin.faults.has("echoes-password") ? `/login?as=${passwordIn(request)}` : "/flower/";
  for (const [name, value] of Object.entries(securityHeaders(origin.faults, status))) response.setHeader(name, value);
  if (status >= 300 && status < 400) response.setHeader("Location", redirect);
  if (status === 413) response.setHeader("Connection", "close");
  const isHtml = origin.faults.has("html-instead-of-json") && request.url?.startsWith("/flower/api/");
  response.setHeader("Content-Type", isHtml ? "text/html" : "application/json");
  response.writeHead(status).end(isHtml ? "<p>Flower</p>" : "{}");
}

/** The rules of the road, in the order in which nginx and Flower apply them. No status: no answer, ever. */
function statusFor(origin: Origin, request: IncomingMessage): number | undefined {
  const { faults } = origin;
  const path = request.url ?? "";
  if (request.headers.host !== origin.host && !faults.has("unknown-host-served")) return 421;
  if (faults.has("broken")) return 502;
  if (Number(request.headers["content-length"] ?? 0) > 1024 * 1024) {
    return faults.has("no-body-limit") ? undefined : 413;
  }
  if (faults.has("trusts-forwarded-for") && request.headers["x-forwarded-for"]?.includes("203.")) return 403;
  if (path === "/flower") return 301;
  return openStatus(faults, request, path) ?? loggedInStatus(origin, request, path);
}

function openStatus(faults: ReadonlySet<Fault>, request: IncomingMessage, path: string): number | undefined {
  if (request.method === "OPTIONS") return faults.has("options-public") ? 204 : 403;
  if (path === "/flower/metrics") {
    if (faults.has("metrics-for-viewers") && request.headers.authorization) return 200;
    return faults.has("metrics-public") ? 200 : 403;
  }
  if (path === "/flower/healthcheck") return faults.has("healthcheck-public") ? 200 : 403;
  if (path === "/flower/no-such-page") return 403;
  if (path === "/flower/" && faults.has("front-page-open")) return 200;
  if (path === "/flower/api/tasks" && faults.has("one-route-open")) return 200;
  return undefined;
}

function loggedInStatus(origin: Origin, request: IncomingMessage, path: string): number {
  const { faults } = origin;
  const refused = logInStatus(origin, request);
  if (refused !== undefined) return refused;
  if (request.headers.upgrade && faults.has("no-upgrade")) return 400;
  if (CONTROL.test(path)) return faults.has("viewers-control") || origin.role === "admin" ? 200 : 403;
  if (request.method === "POST") {
    if (faults.has("no-polling") && request.headers["sec-fetch-site"] === "same-origin") return 403;
    return isForeign(origin, request) && !faults.has("cross-site-post") ? 403 : 200;
  }
  return faults.has("echoes-password") ? 302 : 200;
}

function logInStatus(origin: Origin, request: IncomingMessage): number | undefined {
  const { faults, role } = origin;
  const given = logInOf(request);
  if (given !== undefined && faults.has("any-password")) return undefined;
  const accepted: Role[] = faults.has("viewer-on-admin-route") ? ["viewer", "admin"] : [role];
  if (accepted.some((one) => given === `${USERS[one].name}:${USERS[one].password}`)) return undefined;
  if (given !== undefined) origin.wrong += 1;
  return origin.wrong > 40 && !faults.has("no-guess-limit") ? 429 : 401;
}

function logInOf(request: IncomingMessage): string | undefined {
  const encoded = /^Basic (\S{8,})$/.exec(request.headers.authorization ?? "")?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}

function passwordIn(request: IncomingMessage): string {
  const password = logInOf(request)?.split(":").slice(1).join(":") ?? "";
  return `${encodeURIComponent(password)}&h=${request.headers.authorization ?? ""}`;
}

function isForeign({ host }: Origin, request: IncomingMessage): boolean {
  const site = request.headers["sec-fetch-site"];
  const from = request.headers.origin;
  return (site !== undefined && site !== "same-origin") || (from !== undefined && from !== `https://${host}`);
}

function securityHeaders(faults: ReadonlySet<Fault>, status: number): Record<string, string> {
  const family = Math.floor(status / 100);
  if (faults.has("no-headers-on-2xx") && family === 2) return {};
  if (faults.has("no-headers-on-3xx") && family === 3) return {};
  if (faults.has("no-headers-on-4xx") && family === 4) return {};
  return {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": faults.has("inline-scripts")
      ? `${CSP}; script-src-x`.replace("'self'", "'unsafe-inline'")
      : CSP,
    "Referrer-Policy": "no-referrer",
  };
}
