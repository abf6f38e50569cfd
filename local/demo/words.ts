import { relative } from "node:path";
import type { Demo } from "./demo";

/** What a person reads once the demo is up. Log-ins are shown because trying them is what a demo is for. */
export function welcome(demo: Demo): string {
  const { connection, pod, sandbox } = demo;
  const login = (role: string): string =>
    connection.users
      .filter((user) => user.role === role)
      .map((user) => `${user.name} / ${user.password}`)
      .join("\n" + " ".repeat(13));
  const file = (path: string): string => relative(process.cwd(), path) || path;
  return [
    "  Dashboard, read-only",
    `    open     ${connection.url}`,
    `    log in   ${login("viewer")}`,
    "  Dashboard, for admins",
    `    open     ${connection.adminUrl}`,
    `    log in   ${login("admin")}`,
    `  Plain HTTP ${connection.httpUrl} is redirected.`,
    "",
    `  The certificate was made for this run, so a browser warns; curl takes it with --cacert ${file(connection.caFile)}.`,
    `  For programs, all of this is in ${file(demo.connectionFile)}.`,
    ...(sandbox.privilege === "user"
      ? ["  Started by a normal user: the containers' user ids are not separated from each other here."]
      : []),
    `  In the manifest, but without effect on this machine: ${[...new Set(pod.notApplied.map(lastField))].join(", ")}.`,
    "",
    "  Stop with Ctrl-C.",
    "",
  ].join("\n");
}

function lastField(path: string): string {
  return path.split(".").at(-1) ?? path;
}

/** The last line. */
export const farewell = "The demo has ended; nothing of it is left.\n";
