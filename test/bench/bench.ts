import type { Demo } from "../../local/demo";
import type { Progress } from "../../local/install";
import { collect } from "../../local/pod";
import { runLoad, type LoadFigures, type Target } from "./load";
import { measureMemory, type MemoryFigures } from "./processes";
import type { PageLoadFigures, PageLoadOutput } from "./pageLoad";
import { loadPages } from "./pages";
import { roads, viewer, writeHosts, type Road } from "./roads";
import { medians } from "./statistics";

/** Both roads of the same round, one right after the other. */
export interface Pair<Figures> {
  direct: Figures;
  through: Figures;
}

/** Medians over the rounds. */
export interface LoadResult extends Pair<LoadFigures> {
  target: Target;
  connections: number;
}

/** Medians over the rounds. */
export interface PageResult extends Pair<PageLoadFigures> {
  line: "local" | "line";
  cache: "cold" | "warm";
}

/** Everything that was measured. */
export interface BenchResult {
  loads: LoadResult[];
  pages: PageResult[];
  memory: { idle: MemoryFigures[]; afterwards: MemoryFigures[] };
}

/** How long it is measured. */
export interface BenchOptions {
  rounds: number;
  seconds: number;
  progress: Progress;
}

const CONNECTIONS = [1, 4];

/** Measures everything on a demo that is up. */
export async function bench(demo: Demo, { rounds, seconds, progress }: BenchOptions): Promise<BenchResult> {
  const hosts = writeHosts(demo);
  const idle = measureMemory(demo);
  const pages = await progress.step("Page loads in Chromium", () => benchPages(demo, rounds));
  const loads: LoadResult[] = [];
  for (const target of await targets(demo)) {
    for (const connections of CONNECTIONS) {
      const measure = (road: Road): Promise<LoadFigures> =>
        runLoad(demo, hosts, { target, road, connections, seconds });
      const title = `${target.name}, ${connections} at a time`;
      const pairs = await progress.step(title, () => alternate(demo, rounds, measure));
      loads.push({ target, connections, ...mediansOfPairs(pairs) });
    }
  }
  return { loads, pages, memory: { idle, afterwards: measureMemory(demo) } };
}

/**
 * The script is asked for as the page names it, with the version that lets browsers keep it. Beforehand Flower asks the workers for what it tells of them, as it
 * does when somebody opens a worker's page: until then the API's answer is empty.
 */
async function targets(demo: Demo): Promise<Target[]> {
  await ask(demo, "api/workers?refresh=1");
  const path = /"\/[^"]*?(static\/js\/flower\.js\?v=[0-9a-f]+)"/.exec(await ask(demo, "workers"))?.[1];
  if (path === undefined) throw new Error("The Workers page names no flower.js.");
  return [
    { name: "api/workers", path: "api/workers" },
    { name: "workers (page)", path: "workers" },
    { name: "static/js/flower.js", path },
  ];
}

/** Asks Flower itself; the log-in goes by standard input, since everybody can read a command line. */
async function ask(demo: Demo, path: string): Promise<string> {
  const [direct] = roads(demo);
  const { name, password } = viewer(demo);
  const command = ["curl", "--silent", "--fail", "--config", "-", `${direct.base}${path}`];
  const child = demo.sandbox.exec(command, { network: direct.network, stdio: ["pipe", "pipe", "ignore"] });
  child.stdin?.end(`user = "${name}:${password}"\n`);
  return collect(child.stdout);
}

async function benchPages(demo: Demo, rounds: number): Promise<PageResult[]> {
  const pairs = await alternate<PageLoadOutput>(demo, rounds, (road) => loadPages(demo, road));
  return (["local", "line"] as const).flatMap((line) =>
    (["cold", "warm"] as const).map((cache) => ({
      line,
      cache,
      ...mediansOfPairs(
        pairs.map(({ direct, through }) => ({ direct: direct[line][cache], through: through[line][cache] })),
      ),
    })),
  );
}

/** Which one goes first changes with each round, so that what slows this machine for a while hits both. */
async function alternate<Figures>(
  demo: Demo,
  rounds: number,
  measure: (road: Road) => Promise<Figures>,
): Promise<Pair<Figures>[]> {
  const [direct, through] = roads(demo);
  const pairs: Pair<Figures>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const first = await measure(direct);
      pairs.push({ direct: first, through: await measure(through) });
    } else {
      const first = await measure(through);
      pairs.push({ through: first, direct: await measure(direct) });
    }
  }
  return pairs;
}

function mediansOfPairs<Figures extends Record<keyof Figures, number>>(pairs: readonly Pair<Figures>[]): Pair<Figures> {
  return { direct: medians(pairs.map(({ direct }) => direct)), through: medians(pairs.map(({ through }) => through)) };
}
