import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { progressOn } from "../../local/install";
import { findCluster, isReady, startCluster, stopCluster, type LocalCluster } from "./local";

const USAGE = `usage: npm run cluster -- up | down | status | run COMMAND [WORDS …]
  up      starts the local cluster; builds it first, once (half an hour)
  down    ends it; nothing is left but the cache
  status  says whether it runs, and how to reach it
  run     runs a command in the cluster's network, with KUBECONFIG set: run kubectl get pods -A`;

/** `npm run cluster`: the local cluster, for a developer's own use. */
async function main([word = "", ...rest]: readonly string[]): Promise<number> {
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  switch (word) {
    case "up":
      process.stdout.write(`${describe(await startCluster(progressOn(process.stdout)))}\nUp after ${seconds()}.\n`);
      return 0;
    case "down":
      await stopCluster();
      process.stdout.write(`Down after ${seconds()}.\n`);
      return 0;
    case "status":
      return status();
    case "run":
      return runIn(rest);
    default:
      process.stderr.write(`${USAGE}\n`);
      return 2;
  }
}

async function status(): Promise<number> {
  const cluster = findCluster();
  if (cluster === undefined || !(await isReady(cluster))) {
    process.stdout.write(cluster === undefined ? "Not running.\n" : "Running, but its API server does not answer.\n");
    return 1;
  }
  process.stdout.write(`${describe(cluster)}\n`);
  return 0;
}

function runIn(command: readonly string[]): number {
  const cluster = findCluster();
  if (cluster === undefined || command.length === 0) {
    process.stderr.write(cluster === undefined ? "The cluster does not run: npm run cluster -- up\n" : `${USAGE}\n`);
    return 2;
  }
  const [program = "", ...args] = [...cluster.enter, ...command];
  const path = [dirname(cluster.kubectl), process.env.PATH ?? ""].join(delimiter);
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, PATH: path };
  return spawnSync(program, args, { stdio: "inherit", env }).status ?? 1;
}

function describe({ kubeconfig, residentMebibytes }: LocalCluster): string {
  return `Running, with ${residentMebibytes()} MiB of memory. Its network is its own: npm run cluster -- run kubectl get pods -A (kubeconfig ${kubeconfig})`;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
