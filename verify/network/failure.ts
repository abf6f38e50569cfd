/** Why nothing came back. */
export type FailureKind =
  "refused" | "timed out" | "no such host" | "unreachable" | "certificate" | "alert" | "tls" | "closed";

/** An exchange that ended without an answer. */
export interface Failure {
  readonly kind: "failure";
  readonly failure: FailureKind;
  readonly message: string;
}

const BY_CODE: Record<string, FailureKind> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timed out",
  ABORT_ERR: "timed out",
  ENOTFOUND: "no such host",
  EAI_AGAIN: "no such host",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ECONNRESET: "closed",
  EPIPE: "closed",
  CERT_HAS_EXPIRED: "certificate",
  CERT_NOT_YET_VALID: "certificate",
  CERT_REVOKED: "certificate",
  CERT_UNTRUSTED: "certificate",
  CERT_REJECTED: "certificate",
  CERT_SIGNATURE_FAILURE: "certificate",
  CERT_CHAIN_TOO_LONG: "certificate",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate",
  UNABLE_TO_GET_ISSUER_CERT: "certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate",
  INVALID_CA: "certificate",
  INVALID_PURPOSE: "certificate",
  HOSTNAME_MISMATCH: "certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate",
};

const SENTENCES: Record<FailureKind, string> = {
  refused: "connection refused",
  "timed out": "no answer in time",
  "no such host": "the host name does not resolve",
  unreachable: "no route to that address",
  certificate: "its certificate is not trusted",
  alert: "the TLS handshake was refused",
  tls: "no TLS could be spoken",
  closed: "the connection was closed without an answer",
};

/** Names what a socket's error means. */
export function failureOf(error: unknown): Failure {
  const { code, message } = asNodeError(error);
  const failure = classify(code, message);
  const detail = failure === "certificate" ? message : code;
  return {
    kind: "failure",
    failure,
    message: detail === "" ? SENTENCES[failure] : `${SENTENCES[failure]} (${detail})`,
  };
}

function classify(code: string, message: string): FailureKind {
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  // OpenSSL says "alert number" only of alerts that the other side sent: what went wrong on ours is no proof of anything.
  if (/alert number \d+/i.test(message)) return "alert";
  if (code.startsWith("ERR_SSL") || code === "EPROTO" || code.startsWith("ERR_TLS")) return "tls";
  return "closed";
}

function asNodeError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: "", message: String(error) };
  const code = (error as NodeJS.ErrnoException).code;
  if (error.name === "AbortError" || error.name === "TimeoutError")
    return { code: "ABORT_ERR", message: error.message };
  return { code: typeof code === "string" ? code : "", message: error.message };
}
