import { spawn } from "node:child_process";

/** What a command wrote, and how it ended. */
export interface Outcome {
  code: number | null;
  output: string;
}

/** Runs a command to its end, both outputs together; a command that cannot be started ends with code 127. */
export function run(argv: readonly string[], options: { env?: NodeJS.ProcessEnv } = {}): Promise<Outcome> {
  const [command = "", ...args] = argv;
  return new Promise((resolve) => {
    let output = "";
    const env = options.env ?? process.env;
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env, detached: true });
    const stopWithUs = (): void => killGroup(child.pid);
    process.once("exit", stopWithUs);
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code) => {
      process.removeListener("exit", stopWithUs);
      resolve({ code, output });
    });
  });
}

/** The command and what it has started, such as pip: none of it is to go on alone. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGTERM");
  } catch {
    // It has ended, or it is root's, by way of sudo.
  }
}

/** The last lines of what a command wrote, for an error message. */
export function lastLines(output: string, count = 6): string {
  return output.trimEnd().split("\n").slice(-count).join("\n");
}
