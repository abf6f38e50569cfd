import { withDeadline } from "./deadline";
import { exchange, type Exchange, type Request } from "./network/exchange";
import type { DirectAddress, ResolvedOptions, ResolvedTarget, Site, User } from "./target";

/** A request as checks write it: the rest follows from the site. */
export interface SiteRequest extends Omit<Request, "url" | "signal" | "ca" | "address"> {
  /** Below the site's prefix. Defaults to the prefix itself. `path` is the raw path in place of both. */
  readonly below?: string;
  /** Take a 429 as the answer; by default it is waited out, as the checks together may be faster than a person. */
  readonly impatient?: boolean;
}

/** What checks work with. */
export interface Context {
  readonly target: ResolvedTarget;
  readonly options: ResolvedOptions;
  /** Aborted when the time is over. */
  readonly signal: AbortSignal;
  /** The origins to verify: the viewer's, then the admin's if there is one. */
  readonly sites: readonly Site[];
  readonly send: (site: Site, request?: SiteRequest) => Promise<Exchange>;
  /** An anonymous request for the front page, made once for each site however many checks ask. */
  readonly greet: (site: Site) => Promise<Exchange>;
  /** The authenticated read of `/api/workers`, made once for each site. */
  readonly logIn: (site: Site) => Promise<Exchange>;
}

const PAUSES_MS = [500, 1000, 2000];

/** Makes the context of a whole run. */
export function createContext(target: ResolvedTarget, options: ResolvedOptions, signal: AbortSignal): Context {
  const bounded = (site: Site, request: SiteRequest) =>
    withDeadline(options.timeoutMs, signal, (soon) => sendPatiently(target, site, request, soon));
  return {
    target,
    options,
    signal,
    sites: target.admin === undefined ? [target.viewer] : [target.viewer, target.admin],
    send: (site, request = {}) => sendPatiently(target, site, request, signal),
    greet: onceEach((site) => bounded(site, {})),
    logIn: onceEach((site) => bounded(site, { below: "api/workers", login: loginOf(site) })),
  };
}

/** The same context, its requests ending when one check's time is over. */
export function forCheck(context: Context, signal: AbortSignal): Context {
  return {
    ...context,
    signal,
    send: (site, request = {}) => sendPatiently(context.target, site, request, signal),
  };
}

/** The log-in of a site, for checks that said that they need it. */
export function loginOf(site: Site): User {
  if (site.user === undefined) throw new Error(`no ${site.role} log-in was given`);
  return site.user;
}

/** The admin origin, for checks that said that they need it. */
export function adminOf({ admin }: ResolvedTarget): Site {
  if (admin === undefined) throw new Error("no admin URL was given");
  return admin;
}

/** The pod's own address, for checks that said that they need it. */
export function directOf({ direct }: ResolvedTarget): DirectAddress {
  if (direct === undefined) throw new Error("no direct address was given");
  return direct;
}

function onceEach<T>(make: (site: Site) => Promise<T>): (site: Site) => Promise<T> {
  const made = new Map<Site, Promise<T>>();
  return (site) => {
    const promise = made.get(site) ?? make(site);
    made.set(site, promise);
    return promise;
  };
}

async function sendPatiently(
  target: ResolvedTarget,
  site: Site,
  request: SiteRequest,
  signal: AbortSignal,
): Promise<Exchange> {
  const { below = "", impatient, ...rest } = request;
  const full = { path: site.base + below, ...rest, url: site.url, address: target.address, ca: target.ca, signal };
  let result = await exchange(full);
  for (const pause of impatient ? [] : PAUSES_MS) {
    if (result.kind === "failure" || result.status !== 429 || signal.aborted) return result;
    await new Promise((resolve) => setTimeout(resolve, pause));
    result = await exchange(full);
  }
  return result;
}
