import { readdirSync, readFileSync } from "node:fs";

/** The command lines of all processes of this machine. */
export function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => read(`/proc/${pid}/cmdline`));
}

/** Whether a process is still there, other than as an entry that waits for its parent to notice. */
export function isRunning(pid: number): boolean {
  const state = /\) (.) /.exec(read(`/proc/${pid}/stat`))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
