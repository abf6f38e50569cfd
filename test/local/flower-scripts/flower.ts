import { join } from "node:path";
import { freePort, start, until, type Running } from "./processes";

/** What a run of start.py or prepare.py is made of. */
export interface Setting {
  /** A virtual environment: the image. */
  readonly venv: string;
  /** Where the scripts are. */
  readonly scripts: string;
  /** The environment of the pod spec. */
  readonly env: Readonly<Record<string, string>>;
}

/** How one run differs: variables that are set, or with `undefined` taken away, and the working directory. */
export interface Difference {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly venv?: string;
}

/** A Flower that runs. */
export interface RunningFlower {
  readonly process: Running;
  /** Milliseconds from its start until it answered. */
  readonly readyAfter: number;
  /** Asks for a path under the prefix, as this log-in. */
  ask(path: string, logIn?: string, method?: string): Promise<Response>;
}

/** Runs a script with the container's command. */
export function runScript(name: string, setting: Setting, { env = {}, cwd, venv }: Difference = {}): Running {
  const path = `${join(venv ?? setting.venv, "bin")}:/usr/bin:/bin`;
  const all = Object.entries<string | undefined>({ PATH: path, ...setting.env, ...env });
  const defined = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const python = join(venv ?? setting.venv, "bin", "python3");
  return start([python, "-I", join(setting.scripts, name)], defined, cwd ?? setting.scripts);
}

/** Runs a script that is expected to refuse, and returns its last sentence. */
export async function refusal(name: string, setting: Setting, difference: Difference = {}): Promise<string> {
  const run = runScript(name, setting, difference);
  const timer = setTimeout(() => void run.stop("SIGKILL"), 20_000);
  const code = await run.end();
  clearTimeout(timer);
  if (code !== 1) throw new Error(`exit code ${code} instead of 1:\n${run.log}`);
  if (run.log.includes("Traceback")) throw new Error(run.log);
  return run.log.trim().split("\n").at(-1) ?? "";
}

/** Starts Flower by start.py on a free port and waits until it answers. */
export async function startFlower(setting: Setting, difference: Difference = {}): Promise<RunningFlower> {
  const port = await freePort();
  const started = Date.now();
  const process = runScript("start.py", setting, {
    ...difference,
    env: { FLOWER_PORT: String(port), ...difference.env },
  });
  const ask: RunningFlower["ask"] = (path, logIn, method = "GET") => {
    const headers: Record<string, string> =
      logIn === undefined ? {} : { authorization: `Basic ${Buffer.from(logIn).toString("base64")}` };
    const signal = AbortSignal.timeout(30_000);
    return fetch(`http://127.0.0.1:${port}/flower${path}`, { method, headers, signal });
  };
  const answers = (): Promise<boolean> =>
    ask("/healthcheck").then(
      (response) => response.ok,
      () => false,
    );
  await until("Flower", async () => process.code !== undefined || (await answers()));
  if (process.code !== undefined) throw new Error(`Flower ended with ${process.code}:\n${process.log}`);
  return { process, readyAfter: Date.now() - started, ask };
}
