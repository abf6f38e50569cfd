import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { makeAuthority } from "../unit/verify/certificates";
import type { TlsServer } from "./chromium";

const ADDRESS = "127.0.0.1";

/** A web site that has nothing to do with the dashboard: one page, the same under each of its host names. */
export class ForeignSite {
  private constructor(
    private readonly server: Server,
    /** What a browser has to trust. */
    readonly tls: TlsServer,
  ) {}

  /**
   * Serves the site.
   *
   * @param hosts - names under `.localhost`, which browsers take for this machine
   */
  static async open(hosts: readonly [string, ...string[]], html: string): Promise<ForeignSite> {
    const authority = await makeAuthority();
    const server = createServer(await authority.issue(hosts), (_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(`<!doctype html><title>A foreign site</title><body>${html}</body>`);
    });
    await new Promise<void>((resolve) => server.listen(0, ADDRESS, resolve));
    const { port } = server.address() as AddressInfo;
    return new ForeignSite(server, { address: ADDRESS, port, host: hosts[0], authority: authority.pem });
  }

  /** Where a browser finds it. */
  url(host: string): string {
    return `https://${host}:${this.tls.port}/`;
  }

  /** Stops serving. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
