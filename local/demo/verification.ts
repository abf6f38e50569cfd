import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { verify, readConnection, type CheckResult, type Report } from "../../verify";
import { summarize } from "../../verify/report";
import { ADDRESSES, collect, type Sandbox } from "../pod";
import { REPOSITORY } from "./repository";

/** What is verified. */
export interface VerificationInput {
  sandbox: Sandbox;
  connectionFile: string;
  podAddress: string;
}

/**
 * Verifies twice and makes one report of it: from this machine, as a browser comes in; and from inside the sandbox, as a neighbour pod, for
 * what only a neighbour can try.
 */
export async function verifyDemo(input: VerificationInput): Promise<Report> {
  // The burst of wrong log-ins is no harm here: nobody else comes from this address.
  const fromHost = await verify(readConnection(input.connectionFile), { bruteForce: true });
  const fromNeighbour = await verifyAsNeighbour(input);
  const results = fromHost.results.map((result) => betterOf(result, fromNeighbour));
  const durationMs = fromHost.durationMs + fromNeighbour.durationMs;
  return { ...fromHost, durationMs, ...summarize(results), results };
}

function betterOf(result: CheckResult, other: Report): CheckResult {
  if (result.verdict !== "skipped") return result;
  const same = other.results.find(({ id, check }) => id === result.id && check === result.check);
  return same ?? result;
}

async function verifyAsNeighbour({ sandbox, connectionFile, podAddress }: VerificationInput): Promise<Report> {
  const command = [
    ...[process.execPath, "--import", pathToFileURL(require.resolve("tsx")).href],
    ...[join(REPOSITORY, "bin", "secure-flower.ts"), "verify", "--json"],
    ...["--connection", connectionFile, "--connect-to", ADDRESSES.node, "--direct", podAddress],
  ];
  const child = sandbox.exec(command, { cwd: REPOSITORY });
  const [output, errors] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  try {
    return JSON.parse(output) as Report;
  } catch {
    throw new Error(`The verifier did not run inside the sandbox:\n${errors.trim()}`);
  }
}
