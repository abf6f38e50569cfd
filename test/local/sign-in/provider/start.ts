import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { KeyPair } from "../../../unit/verify/certificates";
import { until } from "../../client/until";

const PROGRAM = join(__dirname, "main.mjs");

/** As what a dashboard is registered at the provider. */
export const CLIENT = { id: "client-of-the-tests", secret: "client-secret-of-the-tests" };

/** What a provider of the tests serves, and where. */
export interface ProviderOptions {
  readonly provider: string;
  readonly issuer: string;
  readonly hosts: readonly string[];
  readonly redirectUris: readonly string[];
  readonly address: string;
  readonly port: number;
  readonly certificate: KeyPair;
}

/** Starts a provider in whatever network `spawn` starts programs, with pipes; resolves when it serves. */
export async function startProvider(
  spawn: (argv: readonly string[]) => ChildProcess,
  { address, port, certificate, ...client }: ProviderOptions,
): Promise<ChildProcess> {
  const provider = spawn([process.execPath, PROGRAM]);
  let log = "";
  provider.stdout?.on("data", (data: Buffer) => (log += data.toString()));
  provider.stderr?.on("data", (data: Buffer) => (log += data.toString()));
  provider.stdin?.end(JSON.stringify({ address, port, ...certificate, clients: [{ ...client, ...CLIENT }] }));
  await until("the provider serves", () => log.includes("ready\n") || provider.exitCode !== null, 60);
  if (provider.exitCode !== null) throw new Error(log);
  return provider;
}
