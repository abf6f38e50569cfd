import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Watches the memory of the engine and its plugins. */
export interface MemoryWatch {
  /** Ends it, and tells the most that each program held at once, in MiB. */
  stop(): ReadonlyMap<string, number>;
}

/** Looks every half second at the processes of our network namespace whose names are Pulumi's. */
export function watchMemory(): MemoryWatch {
  const most = new Map<string, number>();
  const look = (): void => {
    for (const [name, mebibytes] of held()) most.set(name, Math.max(mebibytes, most.get(name) ?? 0));
  };
  const timer = setInterval(look, 500);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

function held(): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync("/proc/self/ns/net")) continue;
      const name = (readlinkSync(`/proc/${pid}/exe`).split("/").pop() ?? "").replace(/ \(deleted\)$/, "");
      const kibibytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
      if (name.startsWith("pulumi")) found.set(name, (found.get(name) ?? 0) + Math.round(kibibytes / 1024));
    } catch {
      // It has ended, or it is another user's.
    }
  }
  return found;
}
