import type { Failure } from "./protocol";

/** Thrown for an output of another stack that was not given. */
export class MissingStackOutput extends Error {
  constructor(
    readonly stackName: string,
    readonly output: string,
  ) {
    super(`the output ${output} of the stack ${stackName} is not known`);
    this.name = "MissingStackOutput";
  }
}

/** Puts whatever a program threw into a form that can be sent, without its stack trace. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof MissingStackOutput) {
    return { kind: "stackOutput", stack: error.stackName, output: error.output };
  }
  const message = error instanceof Error ? error.message : String(error);
  // Pulumi's ConfigMissingError; known by its text, because the program may have loaded another copy of the class.
  const missing = /Missing required configuration variable '([^']+)'/.exec(message);
  if (missing?.[1] !== undefined) {
    return { kind: "config", key: missing[1], secret: message.includes("config set --secret") };
  }
  return { kind: "error", message: withoutTrace(message) };
}

function withoutTrace(message: string): string {
  const lines = message.split("\n").filter((line) => !/^\s+at .+[:)]/.test(line));
  const end = lines.findIndex((line) => /^Require stack:/.test(line));
  return (end < 0 ? lines : lines.slice(0, end)).join("\n").trim() || "it gave no reason";
}
