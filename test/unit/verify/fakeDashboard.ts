import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, TLSSocket } from "node:tls";
import type { Ports, Target } from "../../../verify";
import { makeAuthority, type KeyPair } from "./certificates";
import { respond, USERS, type Origin, type Role } from "./fakeAnswers";
import type { Fault } from "./faults";

const HOSTS: Record<Role, string> = { viewer: "flower.localhost", admin: "admin.flower.localhost" };

/** A dashboard in this process: public HTTPS and HTTP, and the ports of its pod. */
export interface FakeDashboard {
  readonly target: Target & { caFile: string };
  readonly ports: Ports;
  /** Method and path of every request, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Starts a dashboard with every control but those that the faults take out. */
export async function startDashboard(faults: readonly Fault[] = [], address = "127.0.0.1"): Promise<FakeDashboard> {
  const broken = new Set(faults);
  const authority = await makeAuthority();
  const folder = mkdtempSync(join(tmpdir(), "verify-"));
  const caFile = join(folder, "ca.crt");
  writeFileSync(caFile, authority.pem);
  const names = broken.has("certificate-for-another-name") ? ["other.localhost"] : Object.values(HOSTS);
  const pair = await authority.issue(names, broken.has("certificate-expires-soon") ? 3 : 30);
  const requests: string[] = [];
  const servers: Server[] = [];
  const listen = async (server: Server) => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, address, resolve));
    return (server.address() as AddressInfo).port;
  };
  const tlsPort = await listen(publicServer(pair, broken, requests));
  const httpPort = broken.has("plain-http-closed") ? await closedPort() : await listen(plainServer(broken, tlsPort));
  return {
    target: {
      url: `https://${HOSTS.viewer}:${tlsPort}/flower/`,
      adminUrl: `https://${HOSTS.admin}:${tlsPort}/flower/`,
      httpUrl: `http://${HOSTS.viewer}:${httpPort}/flower/`,
      caFile,
      users: [
        { ...USERS.viewer, role: "viewer" },
        { ...USERS.admin, role: "admin" },
      ],
      address,
      direct: address,
    },
    ports: await podPorts(broken, listen, pair, authority.pem),
    requests,
    close: async () => {
      await Promise.all(servers.map(stop));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await stop(server);
  return port;
}

function publicServer(pair: KeyPair, faults: ReadonlySet<Fault>, requests: string[]): https.Server {
  const context = createSecureContext(pair);
  const server = https.createServer({
    ...pair,
    ...(faults.has("old-tls") ? { minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    ...(faults.has("no-header-limit") ? { maxHeaderSize: 1024 * 1024 } : {}),
    SNICallback: (name, done) => {
      const known = Object.values(HOSTS).includes(name) || faults.has("unknown-host-served");
      if (known && !faults.has("old-tls")) done(null, context);
      else if (known) done(null);
      else done(new Error("unknown name"));
    },
  });
  const origins = new Map<string | false | null, Origin>();
  const receive = (request: http.IncomingMessage, response: http.ServerResponse) => {
    requests.push(`${request.method} ${request.url}`);
    const role = request.headers.host?.startsWith("admin.") ? "admin" : "viewer";
    const host = `${HOSTS[role]}:${(server.address() as AddressInfo).port}`;
    const origin = origins.get(host) ?? { role, host, faults, wrong: 0 };
    origins.set(host, origin);
    respond(origin, request, response);
  };
  server.on("request", receive);
  // Node would ask for every announced body by itself; nginx asks once it has decided to take it.
  server.on("checkContinue", (request: http.IncomingMessage, response: http.ServerResponse) => {
    if (faults.has("no-body-limit")) response.writeContinue();
    else receive(request, response);
  });
  return server;
}

function plainServer(faults: ReadonlySet<Fault>, tlsPort: number): http.Server {
  return http.createServer((request, response) => {
    const claimed = String(request.headers["x-forwarded-host"] ?? request.headers.host?.split(":")[0]);
    const host = faults.has("redirect-follows-host") ? claimed : HOSTS.viewer;
    const path = faults.has("redirect-elsewhere") ? "/" : request.url;
    const status = faults.has("plain-http-served") ? 401 : faults.has("redirect-temporary") ? 302 : 301;
    response.writeHead(status, { Location: `https://${host}:${tlsPort}${path}` }).end();
  });
}

async function podPorts(
  faults: ReadonlySet<Fault>,
  listen: (server: Server) => Promise<number>,
  pair: KeyPair,
  ca: string,
): Promise<Ports> {
  const portOf = (fault: Fault) => (faults.has(fault) ? listen(createServer()) : closedPort());
  const serves = faults.has("health-port-serves-flower");
  const health = http.createServer((_request, response) => response.writeHead(serves ? 401 : 404).end());
  const pod = https.createServer(
    {
      ...pair,
      ca,
      requestCert: !faults.has("pod-answers-anybody"),
      rejectUnauthorized: !faults.has("pod-answers-anybody") && !faults.has("pod-answers-any-certificate"),
    },
    (request, response) => {
      // What nginx's `ssl_verify_client optional_no_ca` amounts to: some certificate, no matter whose.
      const { socket } = request;
      const sent = socket instanceof TLSSocket && Object.keys(socket.getPeerCertificate()).length > 0;
      if (sent || faults.has("pod-answers-anybody")) response.writeHead(403).end();
      else request.socket.destroy();
    },
  );
  return {
    viewer: await portOf("flower-port-open"),
    admin: await closedPort(),
    health: await listen(health),
    metrics: await portOf("metrics-port-open"),
    tls: await listen(pod),
  };
}

function stop(server: Server): Promise<void> {
  if ("closeAllConnections" in server) (server as http.Server).closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
