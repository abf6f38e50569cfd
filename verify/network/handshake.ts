import { isIP } from "node:net";
import { checkServerIdentity, connect, type ConnectionOptions, type SecureVersion, type TLSSocket } from "node:tls";
import { dial, hostOf, portOf } from "./address";
import { failureOf, type Failure } from "./failure";

/** A TLS handshake and nothing after it. */
export interface HandshakeRequest {
  readonly url: URL;
  readonly address?: string;
  readonly ca?: string;
  /** Offer this version only. Defaults to what Node offers. */
  readonly version?: SecureVersion;
  readonly signal: AbortSignal;
}

/** A handshake that was completed, with a certificate that may or may not be trusted. */
export interface Handshake {
  readonly kind: "handshake";
  readonly protocol: string;
  /** Why the certificate is not to be trusted, if so. */
  readonly distrust: string | undefined;
  readonly validTo: Date;
}

/** Shakes hands and hangs up. */
export function handshake(request: HandshakeRequest): Promise<Handshake | Failure> {
  return new Promise((resolve) => {
    const finish = (result: Handshake | Failure) => {
      request.signal.removeEventListener("abort", abort);
      resolve(result);
    };
    const abort = () => {
      finish(failureOf(new DOMException("", "AbortError")));
      socket?.destroy();
    };
    let socket: TLSSocket | undefined;
    request.signal.addEventListener("abort", abort);
    try {
      socket = connect(optionsFor(request));
      const shaken = socket;
      shaken.on("secureConnect", () => {
        finish(seen(shaken));
        shaken.destroy();
      });
      shaken.on("error", (error) => finish(failureOf(error)));
      shaken.on("close", () => finish(failureOf("")));
    } catch (error) {
      // Node throws where it cannot offer what was asked for, as a FIPS build does for TLS 1.0.
      finish(failureOf(error));
    }
  });
}

function optionsFor(request: HandshakeRequest): ConnectionOptions {
  const host = hostOf(request.url);
  const versions = request.version === undefined ? {} : { minVersion: request.version, maxVersion: request.version };
  return {
    ...dial(host, request.address),
    ...versions,
    // OpenSSL 3 has no TLS 1.0 and 1.1 at its default security level: without this the refusal would be our own.
    ...(request.version === "TLSv1" || request.version === "TLSv1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    port: portOf(request.url),
    servername: isIP(host) === 0 ? host : undefined,
    ca: request.ca,
    rejectUnauthorized: false,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  };
}

function seen(socket: TLSSocket): Handshake {
  return {
    kind: "handshake",
    protocol: socket.getProtocol() ?? "",
    // Typed as an Error, but the code as a string is what Node sets.
    distrust: socket.authorized ? undefined : String(socket.authorizationError),
    validTo: new Date(socket.getPeerCertificate().valid_to),
  };
}
