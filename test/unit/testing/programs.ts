import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** A certificate authority and a server's certificate, as programs make them. */
export interface Pair {
  caKey: tls.PrivateKey;
  ca: tls.SelfSignedCert;
  key: tls.PrivateKey;
  request: tls.CertRequest;
  certificate: tls.LocallySignedCert;
}

/** Makes a CA with a key of the given kind and a server certificate signed by it. */
export function createPair(name: string, caKeyArgs: tls.PrivateKeyArgs): Pair {
  const caKey = new tls.PrivateKey(`${name}-ca`, caKeyArgs);
  const ca = new tls.SelfSignedCert(`${name}-ca`, {
    privateKeyPem: caKey.privateKeyPem,
    allowedUses: ["cert_signing", "crl_signing"],
    validityPeriodHours: 48,
    isCaCertificate: true,
    maxPathLength: 0,
    subject: { commonName: `${name} CA`, organization: "Ünïted, Inc." },
  });
  const key = new tls.PrivateKey(`${name}-server`, { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const request = new tls.CertRequest(`${name}-server`, {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: "server" },
    dnsNames: ["localhost", "*.example.com"],
    ipAddresses: ["10.0.0.1", "2001:db8::1"],
  });
  const certificate = new tls.LocallySignedCert(`${name}-server`, {
    certRequestPem: request.certRequestPem,
    caCertPem: ca.certPem,
    caPrivateKeyPem: caKey.privateKeyPem,
    allowedUses: ["digital_signature", "key_agreement", "server_auth"],
    validityPeriodHours: 24,
    earlyRenewalHours: 12,
  });
  return { caKey, ca, key, request, certificate };
}

/** Whether an output is secret. */
export function isSecret(output: pulumi.Output<unknown>): Promise<boolean> {
  return pulumi.isSecret(output);
}
