import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Files of a certificate in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Makes a certificate authority of its own. */
export function makeAuthority(folder: string, name: string): Certificate {
  const made = files(folder, name);
  // Python 3.13 refuses an authority that does not say what its key is for.
  const uses = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
  const subject = ["-subj", `/CN=${name}`, ...uses.flatMap((use) => ["-addext", use])];
  openssl("req", "-x509", ...NEW_KEY, "-keyout", made.key, "-out", made.certificate, "-days", "2", ...subject);
  return made;
}

/** Makes a certificate for names such as `IP:127.0.0.1` or `DNS:localhost`. */
export function makeCertificate(folder: string, name: string, authority: Certificate, names: string): Certificate {
  const made = files(folder, name);
  const [request, extensions] = [join(folder, `${name}.csr`), join(folder, `${name}.ext`)];
  writeFileSync(extensions, `subjectAltName=${names}`);
  openssl("req", ...NEW_KEY, "-keyout", made.key, "-out", request, "-subj", `/CN=${name}`);
  const signer = ["-CA", authority.certificate, "-CAkey", authority.key, "-CAcreateserial"];
  openssl("x509", "-req", "-in", request, ...signer, "-days", "2", "-out", made.certificate, "-extfile", extensions);
  return made;
}

function files(folder: string, name: string): Certificate {
  return { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
}

function openssl(...words: string[]): void {
  execFileSync("openssl", words, { stdio: "pipe" });
}
