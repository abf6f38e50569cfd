import { createHash } from "node:crypto";
import { connect, type TLSSocket } from "node:tls";
import { chromium, type Browser } from "playwright-core";
import { findProgram } from "../../local/install";

/** A TLS server and the authority whose certificate it has to show. */
export interface TlsServer {
  address: string;
  port: number;
  host: string;
  /** PEM. */
  authority: string | Buffer;
}

/** Nothing that Chromium does on its own account: no background traffic, no QUIC, no first-run pages. */
const QUIET = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium with a profile of its own, which trusts exactly the keys of `trusted`; every other certificate is judged as always.
 *
 * @param flags - more command-line flags
 */
export async function launchChromium(trusted: readonly TlsServer[], flags: readonly string[] = []): Promise<Browser> {
  const executablePath = findProgram("chromium") ?? findProgram("chromium-browser");
  if (executablePath === undefined) throw new Error("Chromium is not installed: `apt-get install chromium`.");
  const keys = [...new Set(await Promise.all(trusted.map(publicKeyHash)))];
  return chromium.launch({
    executablePath,
    // Chromium's own sandbox does not start for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [...QUIET, ...(keys.length > 0 ? [`--ignore-certificate-errors-spki-list=${keys.join(",")}`] : []), ...flags],
  });
}

/** The hash of a server's public key, once its certificate has been verified for its host name by its authority. */
async function publicKeyHash({ address, port, host, authority }: TlsServer): Promise<string> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const connection = connect({ host: address, port, servername: host, ca: authority }, () => resolve(connection));
    connection.once("error", reject);
  });
  const key = socket.getPeerX509Certificate()?.publicKey.export({ type: "spki", format: "der" });
  socket.destroy();
  if (key === undefined) throw new Error(`${host} has shown no certificate.`);
  return createHash("sha256").update(key).digest("base64");
}
