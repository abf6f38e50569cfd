import "reflect-metadata";
import { createPrivateKey, X509Certificate as NodeCertificate } from "crypto";
import type { KeyObject } from "crypto";
import * as x509 from "@peculiar/x509";
import { createSigner, serialNumber } from "./signing";
import type { Signer } from "./signing";
import { certificateUsages } from "./usages";
import { isRecord } from "../wire";
import { numberInput, textInput, textListInput } from "../providerModel";
import type { ProviderRequest } from "../providerModel";

type Inputs = ProviderRequest["inputs"];

/** A certificate and what the provider tells about it. */
export interface IssuedCertificate {
  readonly certPem: string;
  readonly validityStartTime: string;
  readonly validityEndTime: string;
  readonly readyForRenewal: boolean;
  /** The serial number in decimal: the provider's id. */
  readonly serial: string;
}

/** Who a certificate is for. */
interface Holder {
  readonly subject: x509.Name;
  readonly publicKeyDer: ArrayBuffer | Buffer;
  readonly alternativeNames: x509.Extension | undefined;
}

/** Who signs a certificate. */
interface Issuer {
  readonly signer: Signer;
  readonly name: x509.Name;
  /** The issuer's subject key identifier in hexadecimal, where it has one. */
  readonly keyId: string | undefined;
}

/** `SelfSignedCert`: the key signs for itself. */
export async function selfSign(request: ProviderRequest): Promise<IssuedCertificate> {
  const signer = createSigner(privateKeyInput(request.inputs, "privateKeyPem"), request.randomness);
  const subject = subjectName(request.inputs);
  const holder = { subject, publicKeyDer: signer.publicKeyDer, alternativeNames: alternativeNames(request.inputs) };
  return issue(request, holder, { signer, name: subject, keyId: undefined });
}

/** `CertRequest`: a PKCS#10 request in PEM. */
export async function requestCertificate({ inputs, randomness }: ProviderRequest): Promise<string> {
  const signer = createSigner(privateKeyInput(inputs, "privateKeyPem"), randomness);
  const names = alternativeNames(inputs);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: subjectName(inputs),
      keys: { privateKey: signer.key, publicKey: signer.key },
      signingAlgorithm: signer.signingAlgorithm,
      extensions: names === undefined ? [] : [names],
    },
    signer.crypto,
  );
  return asPem(request.toString("pem"));
}

/** `LocallySignedCert`: a certificate for a request, signed by a CA. */
export async function signRequest(request: ProviderRequest): Promise<IssuedCertificate> {
  const { inputs, randomness } = request;
  const caKey = privateKeyInput(inputs, "caPrivateKeyPem");
  const caPem = textInput(inputs, "caCertPem");
  if (!new NodeCertificate(caPem).checkPrivateKey(caKey)) {
    throw new Error("caPrivateKeyPem is not the key of caCertPem");
  }
  const ca = new x509.X509Certificate(caPem);
  const csr = new x509.Pkcs10CertificateRequest(textInput(inputs, "certRequestPem"));
  const holder = {
    subject: csr.subjectName,
    publicKeyDer: csr.publicKey.rawData,
    alternativeNames: csr.getExtension("2.5.29.17") ?? undefined,
  };
  const keyId = ca.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
  return issue(request, holder, { signer: createSigner(caKey, randomness), name: ca.subjectName, keyId });
}

async function issue(request: ProviderRequest, holder: Holder, issuer: Issuer): Promise<IssuedCertificate> {
  const { inputs, now, randomness } = request;
  const hour = 3_600_000;
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + numberInput(inputs, "validityPeriodHours", 0) * hour);
  const serial = serialNumber(randomness);
  const { signer } = issuer;
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serial,
      subject: holder.subject,
      issuer: issuer.name,
      notBefore,
      notAfter,
      publicKey: new x509.PublicKey(holder.publicKeyDer),
      signingKey: signer.key,
      signingAlgorithm: signer.signingAlgorithm,
      extensions: await extensions(inputs, holder, issuer),
    },
    signer.crypto,
  );
  const renewal = notAfter.getTime() - numberInput(inputs, "earlyRenewalHours", 0) * hour;
  return {
    certPem: asPem(certificate.toString("pem")),
    validityStartTime: rfc3339(notBefore),
    validityEndTime: rfc3339(notAfter),
    readyForRenewal: now.getTime() >= renewal,
    serial: BigInt(`0x${serial}`).toString(),
  };
}

async function extensions(inputs: Inputs, holder: Holder, issuer: Issuer): Promise<x509.Extension[]> {
  const isCa = inputs.isCaCertificate === true;
  const { keyUsage, extended } = certificateUsages(textListInput(inputs, "allowedUses"));
  const pathLength =
    typeof inputs.maxPathLength === "number" && inputs.maxPathLength >= 0 ? inputs.maxPathLength : undefined;
  const result: x509.Extension[] = [new x509.BasicConstraintsExtension(isCa, isCa ? pathLength : undefined, true)];
  if (keyUsage !== undefined) {
    result.push(new x509.KeyUsagesExtension(keyUsage, true));
  }
  if (extended.length > 0) {
    result.push(new x509.ExtendedKeyUsageExtension(extended));
  }
  const { crypto } = issuer.signer;
  const publicKey = new x509.PublicKey(holder.publicKeyDer);
  // As Go does: a CA's certificate always gets its key's identifier, and what a CA signs always names the CA's.
  if (isCa || inputs.setSubjectKeyId === true) {
    result.push(await x509.SubjectKeyIdentifierExtension.create(publicKey, false, crypto));
  }
  if (issuer.keyId !== undefined) {
    result.push(new x509.AuthorityKeyIdentifierExtension(issuer.keyId, false));
  } else if (inputs.setAuthorityKeyId === true) {
    result.push(
      await x509.AuthorityKeyIdentifierExtension.create(new x509.PublicKey(issuer.signer.publicKeyDer), false, crypto),
    );
  }
  return holder.alternativeNames === undefined ? result : [...result, holder.alternativeNames];
}

// In the order in which Go's pkix.Name writes them.
const SUBJECT_FIELDS: ReadonlyArray<readonly [string, string]> = [
  ["country", "2.5.4.6"],
  ["organization", "2.5.4.10"],
  ["organizationalUnit", "2.5.4.11"],
  ["locality", "2.5.4.7"],
  ["province", "2.5.4.8"],
  ["streetAddresses", "2.5.4.9"],
  ["postalCode", "2.5.4.17"],
  ["commonName", "2.5.4.3"],
  ["serialNumber", "2.5.4.5"],
  ["emailAddress", "1.2.840.113549.1.9.1"],
];

function subjectName(inputs: Inputs): x509.Name {
  const subject = isRecord(inputs.subject) ? inputs.subject : {};
  return new x509.Name(
    SUBJECT_FIELDS.flatMap(([field, oid]) => {
      const values = [subject[field] ?? []].flat().map(String);
      return values.length === 0 ? [] : [{ [oid]: values }];
    }),
  );
}

function alternativeNames(inputs: Inputs): x509.Extension | undefined {
  const names = [
    ...textListInput(inputs, "dnsNames").map((value) => ({ type: "dns" as const, value })),
    ...textListInput(inputs, "ipAddresses").map((value) => ({ type: "ip" as const, value })),
    ...textListInput(inputs, "uris").map((value) => ({ type: "url" as const, value })),
  ];
  if (names.length === 0) {
    return undefined;
  }
  // RFC 5280, 4.2.1.6: critical where the subject is empty, because then nothing else says whose certificate it is
  const critical = subjectName(inputs).toString() === "";
  return new x509.SubjectAlternativeNameExtension(names, critical);
}

/** Reads a private key input, in whichever PEM form; a text that is not one is refused without being repeated. */
export function privateKeyInput(inputs: Inputs, key: string): KeyObject {
  const text = textInput(inputs, key);
  try {
    return createPrivateKey(text);
  } catch {
    throw new Error(`${key} is not a private key in PEM form`);
  }
}

function asPem(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function rfc3339(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
