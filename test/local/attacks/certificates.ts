import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate and its key, in PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate is made for. */
export interface Wish {
  readonly subject: string;
  /** Who signs; itself, if nobody does. */
  readonly by?: Pair;
  readonly use?: "clientAuth" | "serverAuth";
  readonly names?: string;
  readonly isAuthority?: boolean;
  /** First and last day, as YYYYMMDD. Defaults to now and ten days on. */
  readonly from?: string;
  readonly until?: string;
}

/** Makes a certificate with OpenSSL, by the P-256 keys that the component uses. */
export function makeCertificate(wish: Wish): Pair {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const file = (name: string, content?: string): string => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const openssl = (...words: string[]): Buffer =>
    execFileSync("openssl", words, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  try {
    const key = file("key");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key);
    openssl("req", "-new", "-key", key, "-subj", `/CN=${wish.subject}`, "-out", file("request"));
    const signer = wish.by ?? { key: readFileSync(key, "utf8"), cert: "" };
    file("ca.cnf", authorityConfig(wish));
    file("index", "");
    file("signer.key", signer.key);
    const issuer = wish.by
      ? ["-cert", file("signer", wish.by.cert), "-keyfile", file("signer.key")]
      : ["-selfsign", "-keyfile", key];
    openssl(
      "ca",
      "-batch",
      "-notext",
      "-config",
      file("ca.cnf"),
      "-in",
      file("request"),
      "-out",
      file("certificate"),
      ...issuer,
      ...dates(wish),
    );
    return { cert: readFileSync(file("certificate"), "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function dates({ from, until }: Wish): string[] {
  return [
    ...(from === undefined ? [] : ["-startdate", `${from}000000Z`]),
    ...(until === undefined ? ["-days", "10"] : ["-enddate", `${until}000000Z`]),
  ];
}

function authorityConfig({ isAuthority = false, use, names }: Wish): string {
  return [
    "[ca]",
    "default_ca = this",
    "[this]",
    "database = index",
    "new_certs_dir = .",
    "rand_serial = yes",
    "default_md = sha256",
    "policy = any",
    "x509_extensions = extensions",
    "[any]",
    "commonName = supplied",
    "[extensions]",
    `basicConstraints = critical, CA:${isAuthority ? "TRUE" : "FALSE"}`,
    ...(use === undefined ? [] : [`extendedKeyUsage = ${use}`]),
    ...(names === undefined ? [] : [`subjectAltName = ${names}`]),
    "",
  ].join("\n");
}
