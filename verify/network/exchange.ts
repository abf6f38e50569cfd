// node:http and node:https directly, not fetch or a client library: these checks need a forged Host, a raw path, a body
// that is announced and never sent, upgrade headers, and redirects that are looked at and not followed.
import { randomBytes } from "node:crypto";
import * as http from "node:http";
import * as https from "node:https";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { dial, hostOf, portOf } from "./address";
import { failureOf, type Failure } from "./failure";

/** One HTTP request, on a connection of its own. */
export interface Request {
  readonly url: URL;
  readonly method?: string;
  /** Raw path, sent as it is. Defaults to the URL's. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Announce a body of so many bytes and send none of it; a server that wants it answers 100. */
  readonly announcedBytes?: number;
  readonly login?: { readonly name: string; readonly password: string; readonly session?: string };
  /** Dial this address in place of the URL's host. */
  readonly address?: string;
  readonly ca?: string;
  /** Go on though the certificate is not the right one. Never with a log-in. */
  readonly anyCertificate?: boolean;
  readonly serverName?: string;
  readonly clientCertificate?: { readonly key: string; readonly cert: string };
  readonly signal: AbortSignal;
}

/** What a server answered. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  /** By lower-case name, each value as it was sent. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  readonly body: string;
}

/** How a request ended. */
export type Exchange = Answer | Failure;

const BODY_LIMIT = 256 * 1024;

/** Sends one request and reports how it ended; does not throw on what the network or the server does. */
export function exchange(request: Request): Promise<Exchange> {
  if (request.login !== undefined && (request.anyCertificate || request.url.protocol !== "https:")) {
    throw new Error("a password goes only to a server whose certificate was checked");
  }
  return new Promise((resolve) => {
    const fail = (error: unknown) => resolve(failureOf(error));
    try {
      const sent = open(request);
      sent.on("error", fail);
      sent.on("response", (response) => receive(response, resolve));
      sent.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve(answer(response, ""));
      });
      sent.on("continue", () => {
        sent.destroy();
        resolve({ kind: "answer", status: 100, headers: {}, body: "" });
      });
      if (request.announcedBytes !== undefined) sent.flushHeaders();
      else sent.end(request.body);
    } catch (error) {
      fail(error);
    }
  });
}

/** The first value of a header. */
export function header(answer: Answer, name: string): string | undefined {
  return answer.headers[name]?.[0];
}

/** In a few words, what came back. Never a body: it may hold task arguments. */
export function describe(result: Exchange): string {
  if (result.kind === "failure") return result.message;
  const location = header(result, "location");
  return location === undefined ? `${result.status}` : `${result.status} to ${location}`;
}

function open(request: Request): http.ClientRequest {
  const { url, signal } = request;
  const options = {
    ...dial(hostOf(url), request.address),
    port: portOf(url),
    method: request.method ?? "GET",
    path: request.path ?? url.pathname,
    headers: headersOf(request),
    setHost: false,
    agent: false,
    signal,
  };
  if (url.protocol === "http:") return http.request(options);
  const host = hostOf(url);
  return https.request({
    ...options,
    // Without this Node takes the server name from the Host header, which some checks forge.
    servername: request.serverName ?? (isIP(host) === 0 ? host : ""),
    ca: request.ca,
    rejectUnauthorized: !request.anyCertificate,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    ...request.clientCertificate,
  });
}

function headersOf(request: Request): Record<string, string> {
  const headers: Record<string, string> = { Host: request.url.host, "User-Agent": "secure-flower-verify" };
  if (request.login !== undefined) {
    const { name, password, session } = request.login;
    if (session === undefined)
      headers["Authorization"] = `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;
    else Object.assign(headers, sessionHeaders(session));
  }
  if (request.body !== undefined) headers["Content-Length"] = `${Buffer.byteLength(request.body)}`;
  if (request.announcedBytes !== undefined) {
    headers["Content-Length"] = `${request.announcedBytes}`;
    // Without it Traefik now and then keeps the pod's refusal to itself while it waits for the body.
    headers["Expect"] = "100-continue";
  }
  return { ...headers, ...request.headers };
}

/** A session's cookie, and Flower's token against cross-site requests, which is any text that cookie and header have in common. */
function sessionHeaders(session: string): Record<string, string> {
  const token = randomBytes(16).toString("hex");
  return { Cookie: `__Host-user=${session}; _xsrf=${token}`, "X-XSRFToken": token };
}

function receive(response: http.IncomingMessage, resolve: (answer: Exchange) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = () => {
    resolve(answer(response, Buffer.concat(chunks).toString("utf8")));
    response.destroy();
  };
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= BODY_LIMIT) finish();
  });
  response.on("end", finish);
  // The status has been said by then, and it is what verdicts are made of.
  response.on("error", finish);
}

function answer(response: http.IncomingMessage, body: string): Answer {
  return { kind: "answer", status: response.statusCode ?? 0, headers: response.headersDistinct, body };
}
