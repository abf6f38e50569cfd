import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that the demo runs, and the Debian package that has it. */
export interface Requirement {
  program: string;
  package: string;
}

/** Everything but Python, which is looked for by what it can do. */
export const REQUIREMENTS: readonly Requirement[] = [
  { program: "nginx", package: "nginx" },
  { program: "redis-server", package: "redis-server" },
  { program: "bwrap", package: "bubblewrap" },
  { program: "ip", package: "iproute2" },
  { program: "nsenter", package: "util-linux" },
  { program: "setpriv", package: "util-linux" },
  { program: "unshare", package: "util-linux" },
  { program: "mount", package: "mount" },
];

/** Where Debian puts programs; a normal user's PATH lacks the `sbin` ones. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The full path of a program, or undefined. */
export function findProgram(name: string, path = process.env.PATH ?? ""): string | undefined {
  const folders = [...path.split(delimiter), ...SYSTEM_FOLDERS].filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The packages whose programs are not there, each once. */
export function lackingPackages(has: (program: string) => boolean): string[] {
  return [...new Set(REQUIREMENTS.filter(({ program }) => !has(program)).map((requirement) => requirement.package))];
}
