import { readFileSync } from "node:fs";
import type { Stack } from "./stack";

/** The file of a Flower container that its cookies are signed with; it has one name in all of them. */
export const COOKIE_SECRET_FILE = "/run/secrets/flower/cookie/cookie-secret";

/** What a Flower container signs its cookies with. */
export function cookieSecretIn(stack: Stack, container: string): string {
  const [pid] = stack.demo.pod.pids(container);
  return readFileSync(`/proc/${pid}/root${COOKIE_SECRET_FILE}`, "utf8");
}
