import { join } from "node:path";
import type { Demo } from "../../local/demo";
import { podCpuMicroseconds } from "./processes";
import { viewer, type Road } from "./roads";

/** What is asked for. */
export interface Target {
  name: string;
  /** Below the dashboard's URL. */
  path: string;
}

/** How a road took a load. */
export interface LoadFigures {
  requestsPerSecond: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  bytesPerRequest: number;
  /** Processor time of the whole pod for a request: hardly depends on what else this machine does, as the others do. */
  podCpuMicroseconds: number;
}

/** The load of one run: so many connections, each of which asks again as soon as it is answered. */
export interface Load {
  target: Target;
  road: Road;
  connections: number;
  seconds: number;
}

interface Output {
  requests: number;
  microseconds: number;
  p50: number;
  p99: number;
  bytes: number;
  errors: number;
}

const REPORT = join(__dirname, "report.lua");

/** Runs wrk in the road's network; an error or a refusal among the answers makes the run worthless, and fails. */
export async function runLoad(demo: Demo, hosts: string, load: Load): Promise<LoadFigures> {
  const { name, password } = viewer(demo);
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
  const wrk = ["wrk", "--threads=1", `--connections=${load.connections}`, `--duration=${load.seconds}s`];
  const url = `${load.road.base}${load.target.path}`;
  const cpuBefore = podCpuMicroseconds(demo);
  const output = await demo.sandbox.run(
    ["bwrap", "--dev-bind", "/", "/", "--ro-bind", hosts, "/etc/hosts", ...wrk, `--script=${REPORT}`, url],
    { network: load.road.network, cwd: "/", env: { ...process.env, BENCH_AUTHORIZATION: authorization } },
  );
  const figures = JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as Output;
  if (figures.errors > 0 || figures.requests === 0) {
    throw new Error(`${figures.errors} of ${figures.requests} requests for ${url} were not answered well:\n${output}`);
  }
  return {
    requestsPerSecond: figures.requests / (figures.microseconds / 1e6),
    p50Milliseconds: figures.p50 / 1000,
    p99Milliseconds: figures.p99 / 1000,
    bytesPerRequest: figures.bytes / figures.requests,
    podCpuMicroseconds: (podCpuMicroseconds(demo) - cpuBefore) / figures.requests,
  };
}
