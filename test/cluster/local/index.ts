import {
  mkdirSync,
  rmSync,
  symlinkSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { findProgram, progressOn, type Progress } from "../../../local/install";
import { installPackages } from "../../../local/install/packages";
import { lastLines, run } from "../../../local/install/run";
import { installAddOns } from "./addOns";
import { until } from "./command";
import { importImages, startContainerd } from "./containerd";
import { makeControlGroups, removeControlGroups } from "./controlGroups";
import { startApiServer, startControllers } from "./controlPlane";
import { buildImages } from "./images";
import { NODE, paths } from "./layout";
import { startNode } from "./node";
import { createPki } from "./pki";
import { buildPrograms, COMPONENTS, type Programs } from "./programs";
import { findSandbox, outside, residentMebibytes, startSandbox, stopSandbox, type Sandbox } from "./sandbox";

/** A cluster that runs on this machine. */
export interface LocalCluster {
  /** How to reach its API server. */
  readonly kubeconfig: string;
  /** kubectl of the same version. */
  readonly kubectl: string;
  /** What goes before a command that is to reach the cluster. */
  readonly enter: readonly string[];
  /** Memory that its processes hold, in MiB. */
  readonly residentMebibytes: () => number;
}

/** Programs of the system, and the Debian packages that have them. */
const SYSTEM_PROGRAMS: Readonly<Record<string, string>> = {
  containerd: "containerd",
  runc: "runc",
  iptables: "iptables",
  ipset: "ipset",
  nft: "nftables",
  mmdebstrap: "mmdebstrap",
  ip: "iproute2",
  nsenter: "util-linux",
};

/** Starts the cluster, unless it runs; what it is made of is built first, unless that was done before. */
export async function startCluster(progress: Progress = progressOn(process.stdout)): Promise<LocalCluster> {
  refuseWhereImpossible();
  await installSystemPrograms(progress);
  const programs = await buildPrograms(progress);
  const images = await buildImages(programs, progress);
  const running = findCluster();
  const isSame = readIfThere(paths().madeOf) === madeOf(programs, images);
  if (running !== undefined && isSame && (await isReady(running))) return running;
  try {
    return await startAnew(programs, images, progress);
  } catch (error) {
    process.stderr.write(`The cluster did not start, and is started once more. ${messageOf(error)}\n`);
    return startAnew(programs, images, progress);
  }
}

/** From whatever is left of an earlier one; an error that has the last lines of the logs. */
async function startAnew(programs: Programs, images: string, progress: Progress): Promise<LocalCluster> {
  await stopCluster();
  try {
    const cluster = await start(programs, images, progress);
    writeFileSync(paths().madeOf, madeOf(programs, images));
    return cluster;
  } catch (error) {
    const logs = lastLogs();
    await stopCluster();
    throw new Error(`${messageOf(error)}\n${logs}`, { cause: error });
  }
}

/** By its paths, which have the keys of the contents. */
function madeOf(programs: Programs, images: string): string {
  return JSON.stringify([programs, images]);
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Ends the cluster; nothing of it is left but the cache. */
export async function stopCluster(): Promise<void> {
  await stopSandbox();
  await removeControlGroups();
  rmSync(paths().folder, { recursive: true, force: true });
}

/** The cluster, if it runs. */
export function findCluster(): LocalCluster | undefined {
  const sandbox = findSandbox();
  return sandbox && describe(sandbox);
}

/** Whether the API server says so. */
export async function isReady({ enter, kubectl, kubeconfig }: LocalCluster): Promise<boolean> {
  const argv = [...enter, kubectl, "--kubeconfig", kubeconfig, "--request-timeout=3s", "get", "--raw", "/readyz"];
  return (await run(argv)).code === 0;
}

async function start(programs: Programs, images: string, progress: Progress): Promise<LocalCluster> {
  const { bin, cni, pki, logs } = paths();
  for (const folder of [bin, cni, pki, logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of COMPONENTS) symlinkSync(programs.kube, join(bin, name));
  await createPki(pki);
  makeControlGroups();
  const sandbox = await startSandbox(programs.init);
  const cluster = describe(sandbox);
  startContainerd(sandbox);
  startApiServer(sandbox, programs);
  await progress.step("Loading the images into containerd", () => importImages(sandbox, images));
  await progress.step("Starting the API server", () => until("the API server", 120, () => isReady(cluster)));
  startControllers(sandbox);
  startNode(sandbox, programs);
  await installAddOns(cluster, programs, progress);
  return cluster;
}

function describe(sandbox: Sandbox): LocalCluster {
  const { bin, kubeconfig } = paths();
  return {
    kubeconfig,
    kubectl: join(bin, "kubectl"),
    enter: outside(sandbox),
    residentMebibytes: () => residentMebibytes(sandbox),
  };
}

function refuseWhereImpossible(): void {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new Error("The local cluster needs root on Linux: set KUBECONFIG to use another one, or CLUSTER=kind.");
  }
}

async function installSystemPrograms(progress: Progress): Promise<void> {
  const lacking = Object.entries(SYSTEM_PROGRAMS).filter(([program]) => findProgram(program) === undefined);
  const plugins = existsSync("/usr/lib/cni/bridge") ? [] : ["containernetworking-plugins"];
  await installPackages([...lacking.map(([, name]) => name), ...plugins], progress);
}

/** What the components said last, for the message of a cluster that does not start. */
function lastLogs(): string {
  const { logs } = paths();
  if (!existsSync(logs)) return "";
  const files = readdirSync(logs).filter((name) => statSync(join(logs, name)).size > 0);
  return files.map((name) => `--- ${NODE} ${name}\n${lastLines(readFileSync(join(logs, name), "utf8"), 5)}`).join("\n");
}
