import type { Readable } from "node:stream";

/** A command that ended with something else than success. */
export class CommandError extends Error {
  constructor(argv: readonly string[], code: number | null, errors: string) {
    super(`\`${argv[0]}\` failed (${code === null ? "killed" : `code ${code}`}): ${errors.trim()}`);
    this.name = "CommandError";
  }
}

/** Everything that a stream yields, as text. */
export async function collect(stream: Readable | null): Promise<string> {
  if (stream === null) return "";
  let text = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) text += String(chunk);
  return text;
}
