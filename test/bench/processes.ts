import { readFileSync } from "node:fs";
import type { Demo } from "../../local/demo";

/** Memory of a container, in kB. */
export interface MemoryFigures {
  container: string;
  processes: number;
  /** The largest resident set of a process: what is shared counts for each. */
  largestRss: number;
  /** Proportional set size of all together: what is shared counts once. */
  pss: number;
}

/** What each container of the pod takes right now. */
export function measureMemory({ pod }: Demo): MemoryFigures[] {
  return pod.plan.containers.map(({ name }) => {
    const rollups = pod.pids(name).map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return {
      container: name,
      processes: rollups.length,
      largestRss: Math.max(...rollups.map((text) => field(text, "Rss"))),
      pss: rollups.reduce((sum, text) => sum + field(text, "Pss"), 0),
    };
  });
}

function field(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(rollup)?.[1]);
}

const MICROSECONDS_PER_TICK = 10_000;

/** The processor time that the pod's processes have taken so far. */
export function podCpuMicroseconds({ pod }: Demo): number {
  const pids = pod.plan.containers.flatMap(({ name }) => pod.pids(name));
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) * MICROSECONDS_PER_TICK;
}

/** Fields 14 and 15 of proc(5)'s `stat`, counted after the name, which may hold spaces: in the program, and in the kernel for it. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
