import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { ADDRESSES, NODE } from "./layout";

/** Users of the API server, by the name of their kubeconfig. The organisation is the group. */
const USERS = {
  admin: { organization: "system:masters", name: "admin" },
  kubelet: { organization: "system:nodes", name: `system:node:${NODE}` },
  controllers: { name: "system:kube-controller-manager" },
  scheduler: { name: "system:kube-scheduler" },
  proxy: { name: "system:kube-proxy" },
  netpol: { name: "netpol" },
  "apiserver-kubelet": { organization: "system:masters", name: "kube-apiserver-kubelet-client" },
} as const;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAYS_30_MS = 30 * 24 * 3600 * 1000;
const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;

interface Pair {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

/** Makes every key and certificate of a cluster, as NAME.crt and NAME.key in a folder, and NAME.kubeconfig for each user. */
export async function createPki(folder: string): Promise<void> {
  x509.cryptoProvider.set(webcrypto as never);
  const ca = await authority(folder, "ca");
  await authority(folder, "front-proxy");
  const service = "kubernetes.default.svc";
  const names = ["kubernetes", "kubernetes.default", service, `${service}.cluster.local`, "localhost"];
  await issue(folder, "apiserver", ca, "CN=kube-apiserver", serverAuth, [
    ...names.map((value) => ({ type: "dns" as const, value })),
    ...[ADDRESSES.node, ADDRESSES.kubernetes, "127.0.0.1"].map((value) => ({ type: "ip" as const, value })),
  ]);
  await issue(folder, "kubelet-server", ca, `CN=${NODE}`, serverAuth, [{ type: "ip", value: ADDRESSES.node }]);
  for (const [file, user] of Object.entries(USERS)) {
    const organization = "organization" in user ? `O=${user.organization}, ` : "";
    const { certificate, key } = await issue(folder, file, ca, `${organization}CN=${user.name}`, clientAuth, []);
    writeFileSync(
      join(folder, `${file}.kubeconfig`),
      kubeconfig(file, ca.certificate.toString("pem"), certificate, key),
      { mode: 0o600 },
    );
  }
  const accounts = await newKeys();
  writeFileSync(join(folder, "accounts.key"), await pem(accounts.privateKey), { mode: 0o600 });
  writeFileSync(join(folder, "accounts.pub"), await pem(accounts.publicKey));
}

async function authority(folder: string, name: string): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  await write(folder, name, certificate, keys);
  return { certificate, keys };
}

async function issue(
  folder: string,
  name: string,
  ca: Pair,
  subject: string,
  usage: x509.ExtendedKeyUsage,
  alternativeNames: x509.JsonGeneralNames,
): Promise<{ certificate: string; key: string }> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: ca.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    signingAlgorithm: ALGORITHM,
    ...validity(),
    extensions: [
      new x509.ExtendedKeyUsageExtension([usage]),
      ...(alternativeNames.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(alternativeNames)]),
    ],
  });
  return write(folder, name, certificate, keys);
}

async function write(folder: string, name: string, certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
  const key = await pem(keys.privateKey);
  writeFileSync(join(folder, `${name}.crt`), certificate.toString("pem"));
  writeFileSync(join(folder, `${name}.key`), key, { mode: 0o600 });
  return { certificate: certificate.toString("pem"), key };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const isPrivate = key.type === "private";
  const bytes = await webcrypto.subtle.exportKey(isPrivate ? "pkcs8" : "spki", key);
  return x509.PemConverter.encode(bytes, isPrivate ? "PRIVATE KEY" : "PUBLIC KEY");
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + DAYS_30_MS) };
}

/** JSON is YAML too. */
function kubeconfig(user: string, ca: string, certificate: string, key: string): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const cluster = { server: `https://${ADDRESSES.node}:6443`, "certificate-authority-data": base64(ca) };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: NODE, cluster }],
    users: [{ name: user, user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) } }],
    contexts: [{ name: NODE, context: { cluster: NODE, user } }],
    "current-context": NODE,
  });
}
