import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./command";
import { NODE } from "./layout";

const ROOT = "/sys/fs/cgroup";
/** Version 1: a tree for each. A machine that lacks one does without. */
const HIERARCHIES = ["cpu", "cpuacct", "cpuset", "memory", "pids", "devices", "freezer", "blkio", "systemd"];

/** Makes the group under which the kubelet puts every pod. */
export function makeControlGroups(): void {
  if (isVersion2()) {
    writeFileSync(join(ROOT, "cgroup.subtree_control"), "+cpu +cpuset +memory +pids");
    mkdirSync(join(ROOT, NODE), { recursive: true });
    return;
  }
  for (const hierarchy of HIERARCHIES.filter((name) => existsSync(join(ROOT, name)))) {
    mkdirSync(join(ROOT, hierarchy, NODE), { recursive: true });
  }
  // A new cpuset has no processors, and no process can enter it.
  for (const file of ["cpuset.cpus", "cpuset.mems"]) {
    writeFileSync(join(ROOT, "cpuset", NODE, file), readFileSync(join(ROOT, "cpuset", file)));
  }
}

/** Removes the groups of a cluster whose processes have ended; the kernel takes a moment to forget those. */
export async function removeControlGroups(): Promise<void> {
  // runc makes one in the `unified` tree too, where a machine has both versions.
  const parents = isVersion2() ? [ROOT] : [...HIERARCHIES, "unified"].map((name) => join(ROOT, name));
  const groups = parents.map((parent) => join(parent, NODE));
  await until("the end of the cluster's control groups", 10, () => {
    groups.forEach(removeTree);
    return !groups.some((group) => existsSync(group));
  });
}

/** Whether the kubelet has to be told that it runs on the old version. */
export function isVersion2(): boolean {
  return existsSync(join(ROOT, "cgroup.controllers"));
}

function removeTree(group: string): void {
  try {
    const children = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const child of children) removeTree(join(group, child.name));
    rmdirSync(group);
  } catch {
    // It is gone already, or still in use: the caller looks again.
  }
}
