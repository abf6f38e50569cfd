import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/** Somebody who can log in: by password, or where people sign in with an identity provider by a session that a browser has. */
export interface User {
  name: string;
  /** Empty with a session. */
  password: string;
  /** Value of the browser's cookie `__Host-user`, in place of a password. */
  session?: string;
  role: "viewer" | "admin";
}

/** The dashboard to verify. Has the shape of the demo's `.demo/connection.json`, so that file is a target. */
export interface Target {
  /** The dashboard's public address with its prefix, `https://queues.example.com/flower/`. */
  url: string;
  /** The admin origin, if there is one. Leave it out where its source ranges keep this machine out. */
  adminUrl?: string;
  /**
   * Where plain HTTP is expected to redirect to `url`. Defaults to port 80 of the same host and path. `false` says that
   * plain HTTP is closed on purpose.
   */
  httpUrl?: string | false;
  /** PEM file of the authority that signed the public certificate. Defaults to Node's own list. */
  caFile?: string;
  /** Dial this address in place of what DNS says. Defaults to 127.0.0.1 for names under `.localhost`, else to DNS. */
  address?: string;
  /** The pod's or the Service's own address, `ADDRESS[:PORT]`, to be tried as a neighbour pod would. */
  direct?: string;
  /** Log-ins. The first of each role is used. */
  users?: User[];
}

/** Ports that only a wrongly exposed pod would show. */
export interface Ports {
  viewer: number;
  admin: number;
  health: number;
  metrics: number;
  /** The pod's TLS port, tried with `direct` unless that names another. */
  tls: number;
}

/** How to verify. */
export interface VerifyOptions {
  /** Limit for each check. Defaults to 10 seconds. */
  timeoutMs?: number;
  /** Limit for all checks together: what is left when it is over is `unknown`. Defaults to 120 seconds. */
  totalTimeoutMs?: number;
  /** The certificate must be good for at least so many days. Defaults to 14. */
  minCertificateDays?: number;
  /** Also send a burst of wrong log-ins, to see that guessing is slowed. Defaults to false: it slows this address. */
  bruteForce?: boolean;
  /** Ports to find closed. Defaults to those that the component's pod uses. */
  ports?: Partial<Ports>;
  /** Called with a sentence before something that whoever watches the dashboard should know about. */
  onNotice?: (notice: string) => void;
}

/** What was given makes no sense. The message never holds a password. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** One origin that serves the dashboard, and who logs in there. */
export interface Site {
  readonly role: "viewer" | "admin";
  readonly url: URL;
  /** Path with a slash at both ends. */
  readonly base: string;
  readonly user: User | undefined;
}

/** Where the pod itself listens. */
export interface DirectAddress {
  readonly host: string;
  readonly port: number;
}

/** A target with nothing left to interpret. */
export interface ResolvedTarget {
  readonly viewer: Site;
  readonly admin: Site | undefined;
  readonly httpUrl: URL;
  /** Whether plain HTTP ought to answer at all. */
  readonly httpOffered: boolean;
  /** Whether `httpUrl` is only our guess. */
  readonly httpGuessed: boolean;
  readonly ca: string | undefined;
  readonly address: string | undefined;
  readonly direct: DirectAddress | undefined;
  readonly secrets: readonly string[];
}

/** Options with every default filled in. */
export type ResolvedOptions = Required<Omit<VerifyOptions, "ports">> & { readonly ports: Ports };

/** Fills in the defaults. */
export function resolveOptions(options: VerifyOptions): ResolvedOptions {
  return {
    timeoutMs: positive("timeoutMs", options.timeoutMs ?? 10_000),
    totalTimeoutMs: positive("totalTimeoutMs", options.totalTimeoutMs ?? 120_000),
    minCertificateDays: options.minCertificateDays ?? 14,
    bruteForce: options.bruteForce ?? false,
    ports: { viewer: 5555, admin: 5556, health: 8081, metrics: 9090, tls: 8443, ...options.ports },
    onNotice: options.onNotice ?? (() => undefined),
  };
}

/** Reads and checks everything that was given, before anything is sent. */
export function resolveTarget(target: Target, ports: Ports): ResolvedTarget {
  const users = target.users ?? [];
  const url = parseUrl("url", target.url, "https:");
  const adminUrl = target.adminUrl === undefined ? undefined : parseUrl("adminUrl", target.adminUrl, "https:");
  return {
    viewer: site("viewer", url, users),
    admin: adminUrl && site("admin", adminUrl, users),
    httpUrl: target.httpUrl ? parseUrl("httpUrl", target.httpUrl, "http:") : plainTwin(url),
    httpOffered: target.httpUrl !== false,
    httpGuessed: target.httpUrl === undefined,
    ca: target.caFile === undefined ? undefined : readCa(target.caFile),
    address: target.address === undefined ? undefined : parseAddress(target.address),
    direct: target.direct === undefined ? undefined : parseDirect(target.direct, ports.tls),
    secrets: users.flatMap(spellings),
  };
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new InputError(`${name} is ${value}: it must be more than 0`);
}

function site(role: User["role"], url: URL, users: readonly User[]): Site {
  return { role, url, base: url.pathname, user: users.find((user) => user.role === role) };
}

/** Every way in which a server could send a password back. */
function spellings({ name, password, session = "" }: User): string[] {
  const pair = password === "" ? "" : Buffer.from(`${name}:${password}`).toString("base64");
  return [pair, password, encodeURIComponent(password), session, encodeURIComponent(session)].filter(
    (secret) => secret !== "",
  );
}

function parseUrl(name: string, text: string, protocol: "https:" | "http:"): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new InputError(`${name} is not a URL: it looks like ${protocol}//queues.example.com/flower/`);
  }
  // Not echoed: what stands before the @ is a password.
  if (url.username !== "" || url.password !== "") {
    throw new InputError(`${name} holds a user or password: give log-ins by file, stdin or environment`);
  }
  if (url.protocol !== protocol) throw new InputError(`${name} is ${url.href}: it must start with ${protocol}//`);
  url.search = "";
  url.hash = "";
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

function plainTwin(url: URL): URL {
  const twin = new URL(url.href);
  twin.protocol = "http:";
  twin.port = "";
  return twin;
}

function readCa(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, "utf8");
  } catch {
    throw new InputError(`caFile ${file} cannot be read`);
  }
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) throw new InputError(`caFile ${file} holds no PEM certificate`);
  return pem;
}

/** An address or a name, and nothing that would mean more in a URL. */
function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text);
}

function parseAddress(text: string): string {
  if (isHost(text)) return text;
  throw new InputError(`address is ${text}: it must be an address or a name, without a port`);
}

function parseDirect(text: string, defaultPort: number): DirectAddress {
  if (isIP(text) !== 0) return { host: text, port: defaultPort };
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? "";
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (isHost(host) && port >= 1 && port <= 65535) return { host, port };
  throw new InputError(`direct is ${text}: it must be ADDRESS or ADDRESS:PORT, [ADDRESS]:PORT for IPv6`);
}
