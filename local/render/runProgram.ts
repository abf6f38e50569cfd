import { spawn } from "child_process";
import { createRequire } from "module";
import { extname, join } from "path";
import { pathToFileURL } from "url";
import { stacksOf } from "./config";
import { isRecord } from "../../testing/wire";
import { RenderError, programError, usageError } from "./errors";
import type { Answer, Failure, Job } from "./protocol";
import type { Project } from "./project";

/** What a program that ran to its end leaves behind. */
export type Rendered = Extract<Answer, { type: "secure-flower:rendered" }>;

/**
 * Runs a program in a process of its own. What it prints goes to standard error, so that standard output stays YAML; the
 * configuration reaches it through a pipe.
 */
export async function runProgram(project: Project, job: Job, timeoutSeconds: number): Promise<Rendered> {
  const answer = await converse(project, job, timeoutSeconds);
  if (answer.type === "secure-flower:failed") {
    throw explain(answer.failures, project);
  }
  return answer;
}

function converse(project: Project, job: Job, timeoutSeconds: number): Promise<Answer> {
  const child = spawn(process.execPath, ["--import", typescriptLoader(), childFile()], {
    cwd: project.directory,
    env: childEnvironment(),
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const stop = (): void => void child.kill("SIGKILL");
  process.on("exit", stop);
  return new Promise<Answer>((resolve, reject) => {
    const limit = setTimeout(() => {
      stop();
      reject(
        programError(
          `the program did not end within ${timeoutSeconds} seconds: something keeps it alive (a timer, a server, a request), or it needs longer (--timeout)`,
        ),
      );
    }, timeoutSeconds * 1000);
    child.on("message", (message: unknown) => {
      if (isAnswer(message)) {
        resolve(message);
      }
    });
    child.on("error", (error) => reject(new RenderError(`Node could not be started: ${error.message}`, 2)));
    child.on("exit", (code, signal) => {
      clearTimeout(limit);
      process.off("exit", stop);
      const how = signal === null ? `called process.exit(${code ?? 0})` : `was ended by ${signal}`;
      reject(programError(`the program ${how} before it had finished`));
    });
    child.send(
      job,
      (error) => error !== null && reject(programError(`the program could not be started: ${error.message}`)),
    );
  });
}

/** Whether a message is ours: a program could send some of its own. */
function isAnswer(message: unknown): message is Answer {
  return isRecord(message) && String(message.type).startsWith("secure-flower:");
}

/** tsx, which loads TypeScript without a compiler run; it leaves JavaScript as it is. */
function typescriptLoader(): string {
  return pathToFileURL(createRequire(__filename).resolve("tsx")).href;
}

function childFile(): string {
  return join(__dirname, `child${extname(__filename)}`);
}

/** Our own environment without what would change how the child finds its project. */
function childEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(TSX_TSCONFIG_PATH|PULUMI_NODEJS_|PULUMI_CONFIG)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function explain(failures: readonly Failure[], project: Project): RenderError {
  const missingOutputs = failures.flatMap((failure) => (failure.kind === "stackOutput" ? [failure] : []));
  if (missingOutputs.length > 0) {
    const names = [...new Set(missingOutputs.map(({ stack, output }) => `${stack}.${output}`))];
    return usageError(
      `the program reads outputs of other stacks, which cannot be known here: give ${names.map((name) => `--stack-output '${name}=VALUE'`).join(" ")}`,
    );
  }
  const missing = failures.find((failure) => failure.kind === "config");
  if (missing !== undefined) {
    return missingConfig(missing.key, missing.secret, project);
  }
  const error = failures.find((failure) => failure.kind === "error");
  if (error === undefined) {
    return programError(
      "the program waits for something that never comes: a promise or an output of it is never resolved",
    );
  }
  return programError(`the program failed: ${withHint(error.message)}`);
}

function missingConfig(key: string, secret: boolean, project: Project): RenderError {
  const short = key.startsWith(`${project.name}:`) ? key.slice(project.name.length + 1) : key;
  const stacks = stacksOf(project);
  const how = secret
    ? `put "${short}: VALUE" into a file and give --config-file FILE (or - for standard input)`
    : `give --config ${short}=VALUE${stacks.length === 0 ? "" : `, or --stack NAME for a stack whose file sets it (there are ${stacks.join(", ")})`}`;
  return usageError(`the program needs the configuration value ${key}: ${how}`);
}

function withHint(message: string): string {
  return /^Cannot find (module|package) '[^./]/.test(message)
    ? `${message} (is npm install still to be done there?)`
    : message;
}
