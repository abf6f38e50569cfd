/** The lines of an nginx block, its contents indented. */
export function block(head: string, contents: readonly string[]): string[] {
  return [`${head} {`, ...contents.map((line) => `  ${line}`), "}"];
}
