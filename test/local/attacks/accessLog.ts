import type { Stack } from "../client/stack";
import { until } from "../client/until";

/** A line of nginx' access log, as far as attacks look at it. */
export interface AccessLine {
  readonly client: string;
  readonly status: number;
  readonly upstreamStatus: string;
}

/** What nginx has logged of a client, once it has logged so many requests. */
export async function accessLines(stack: Stack, client: string, count: number): Promise<AccessLine[]> {
  const read = (): AccessLine[] =>
    stack.demo.pod
      .logs("nginx")
      .split("\n")
      .filter((line) => line.includes(`"client":"${client}"`))
      .map((line) => JSON.parse(line) as AccessLine);
  await until(`${count} requests of ${client} are logged`, () => read().length >= count, 5);
  return read();
}
