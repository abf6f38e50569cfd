import { lastLines, run } from "../../../local/install/run";

/** Runs a command to its end and returns what it wrote; an error with its last lines if it fails. */
export async function succeed(argv: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { code, output } = await run(argv, env === undefined ? {} : { env: { ...process.env, ...env } });
  if (code !== 0) throw new Error(`${argv.join(" ")} failed:\n${lastLines(output, 15)}`);
  return output;
}

/** After so many seconds a build has hung: the longest takes a quarter of an hour on two busy cores. */
const LONGEST_BUILD_SECONDS = 3600;

/** The same for work that takes minutes: it gives way to everything else on the machine. */
export function succeedInBackground(argv: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const bound = ["timeout", "--kill-after=10", String(LONGEST_BUILD_SECONDS)];
  return succeed(["nice", "-n", "19", "ionice", "-c3", ...bound, ...argv], env);
}

/** Asks until the answer is yes; an error that says what was waited for after so many seconds. */
export async function until(what: string, seconds: number, ask: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await ask())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
