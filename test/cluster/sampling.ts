import type { User } from "../../verify";
import { statusOf } from "./requests";
import { readTarget } from "./target";

/** One request, and what came back. */
export interface Sample {
  readonly at: number;
  readonly old: number;
  readonly new: number;
}

/** With what a dashboard is asked: its first viewer's log-in. */
export interface LogIn {
  readonly host: string;
  readonly users: readonly User[];
}

/** Requests that go on until they are stopped. */
export interface Sampling {
  stop(): Promise<Sample[]>;
}

/**
 * Asks ten times a second with the old and, once there is one, the new log-in; with the old one until it is refused three times, since
 * guessing is slowed.
 */
export function sample(old: LogIn, next: { readonly logIn?: LogIn }): Sampling {
  const samples: Sample[] = [];
  const end = new AbortController();
  const loop = (async () => {
    while (!end.signal.aborted) {
      const at = Date.now();
      const isRefused = samples.filter((one) => one.old === 401).length >= 3;
      const [before, after] = await Promise.all([isRefused ? 401 : ask(old), ask(next.logIn)]);
      samples.push({ at, old: before, new: after });
      await pause(Math.max(0, 100 - (Date.now() - at)));
    }
  })();
  return {
    stop: async () => {
      end.abort();
      await loop;
      return samples;
    },
  };
}

function ask(logIn: LogIn | undefined): Promise<number> {
  const user = logIn?.users.find(({ role }) => role === "viewer");
  if (logIn === undefined || user === undefined) return Promise.resolve(-1);
  return statusOf({ address: readTarget().address, host: logIn.host, path: "/flower/api/workers", user });
}

/**
 * The longest time during which nobody could log in, with an old or a new password, in seconds: from one good answer to the next, if there
 * was a bad one between them.
 */
export function longestGap(samples: readonly Sample[]): number {
  let longest = 0;
  let last = samples[0]?.at ?? 0;
  let hasFailed = false;
  for (const one of samples) {
    if (hasFailed) longest = Math.max(longest, one.at - last);
    if (isGood(one)) last = one.at;
    hasFailed = !isGood(one);
  }
  return longest / 1000;
}

/** Answers while neither log-in opened the dashboard, by status; 0 is none at all. */
export function others(samples: readonly Sample[]): string {
  const counts = new Map<number, number>();
  for (const one of samples.filter((each) => !isGood(each))) {
    const status = Math.max(one.old, one.new);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return [...counts].map(([status, count]) => `${count} × ${status}`).join(", ") || "none";
}

function isGood(one: Sample): boolean {
  return one.old === 200 || one.new === 200;
}

/** When something was seen first. */
export function seconds(one: Sample | undefined, started: number): string {
  return one === undefined ? "never" : `${((one.at - started) / 1000).toFixed(1)} s`;
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
