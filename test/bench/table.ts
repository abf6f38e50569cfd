import Table from "cli-table3";
import type { BenchResult, Pair } from "./bench";
import type { LoadFigures } from "./load";

/** A figure that the project wants to reach. */
export interface Aim {
  aim: string;
  value: string;
  met: boolean;
}

const number = (value: number, digits = 0): string =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** All figures in one table. */
export function formatResult(result: BenchResult): string {
  const table = new Table({
    head: ["", "direct", "through", "through ÷ direct"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "right"],
  });
  const row = (name: string, { direct, through }: Pair<number>, unit: string, digits = 0): void =>
    void table.push([
      name,
      `${number(direct, digits)} ${unit}`,
      `${number(through, digits)} ${unit}`,
      number(through / direct, 2),
    ]);
  for (const { target, connections, direct, through } of result.loads) {
    const name = `${target.name}, ${connections} at a time`;
    row(`${name}: requests`, pick({ direct, through }, "requestsPerSecond"), "/s");
    row(`${name}: p50`, pick({ direct, through }, "p50Milliseconds"), "ms", 2);
    row(`${name}: CPU in the pod`, pick({ direct, through }, "podCpuMicroseconds"), "µs");
    row(`${name}: p99`, pick({ direct, through }, "p99Milliseconds"), "ms", 2);
  }
  for (const { line, cache, direct, through } of result.pages) {
    const name = `Workers page, ${cache}${line === "line" ? ", 10 Mbit/s and 40 ms" : ""}`;
    if (line === "local") row(`${name}: bytes`, { direct: direct.bytes, through: through.bytes }, "");
    row(`${name}: table filled`, { direct: direct.filledMilliseconds, through: through.filledMilliseconds }, "ms");
  }
  for (const [when, containers] of Object.entries(result.memory)) {
    for (const { container, processes, largestRss, pss } of containers) {
      const rss = `largest RSS ${number(largestRss / 1024, 1)} MB`;
      table.push([
        `${container}, ${when}`,
        { colSpan: 3, content: `PSS ${number(pss / 1024, 1)} MB in ${processes} processes, ${rss}` },
      ]);
    }
  }
  return table.toString();
}

function pick({ direct, through }: Pair<LoadFigures>, name: keyof LoadFigures): Pair<number> {
  return { direct: direct[name], through: through[name] };
}

/** What the project wants of these figures, and whether it is so. */
export function judge({ loads, pages }: BenchResult): Aim[] {
  const load = (name: string): Pair<LoadFigures> | undefined =>
    loads.find(({ target, connections }) => target.name.startsWith(name) && connections === 1);
  const busiest = loads.filter(({ target }) => target.name.startsWith("static")).at(-1);
  const api = load("api");
  const cold = pages.find(({ line, cache }) => line === "local" && cache === "cold");
  if (api === undefined || busiest === undefined || cold === undefined) throw new Error("Something was not measured.");
  const share = cold.through.bytes / cold.direct.bytes;
  const overhead = api.through.p50Milliseconds - api.direct.p50Milliseconds;
  const ratio = busiest.through.requestsPerSecond / busiest.direct.requestsPerSecond;
  const cpu = busiest.direct.podCpuMicroseconds / busiest.through.podCpuMicroseconds;
  return [
    { aim: "cold page ≤ 20 % of the bytes", value: `${number(share * 100, 1)} %`, met: share <= 0.2 },
    { aim: "p50 of the API ≤ 1 ms more", value: `${number(overhead, 2)} ms`, met: overhead <= 1 },
    {
      aim: "static files ≥ 5 × Flower",
      value: `${number(ratio, 1)} × the requests, for 1/${number(cpu, 1)} of the CPU each`,
      met: ratio >= 5,
    },
  ];
}
