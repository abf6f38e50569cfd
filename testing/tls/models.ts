import { createHash, createPublicKey } from "crypto";
import type { KeyObject } from "crypto";
import { privateKeyInput, requestCertificate, selfSign, signRequest } from "./certificates";
import type { IssuedCertificate } from "./certificates";
import { algorithmName, generateKey } from "./keys";
import { opensshForms } from "./openssh";
import { numberInput, textInput } from "../providerModel";
import type { ProviderAnswer, ProviderRequest, ResourceModel } from "../providerModel";

/** Models of the resources of `@pulumi/tls`, by type token. Their keys and certificates are real. */
export const tlsModels: Readonly<Record<string, ResourceModel>> = {
  "tls:index/privateKey:PrivateKey": privateKey,
  "tls:index/certRequest:CertRequest": certRequest,
  "tls:index/selfSignedCert:SelfSignedCert": async (request) => {
    const keyAlgorithm = algorithmName(privateKeyInput(request.inputs, "privateKeyPem"));
    return certificateAnswer(await selfSign(request), { keyAlgorithm }, ["privateKeyPem"]);
  },
  "tls:index/locallySignedCert:LocallySignedCert": async (request) => {
    const caKeyAlgorithm = algorithmName(privateKeyInput(request.inputs, "caPrivateKeyPem"));
    return certificateAnswer(await signRequest(request), { caKeyAlgorithm }, ["caPrivateKeyPem"]);
  },
};

function certificateAnswer(
  { serial, ...certificate }: IssuedCertificate,
  algorithms: Record<string, string>,
  secretOutputs: readonly string[],
): ProviderAnswer {
  return { id: serial, outputs: { ...certificate, ...algorithms }, secretOutputs };
}

function privateKey({ inputs, randomness }: ProviderRequest): ProviderAnswer {
  // P224 and 2048 are the provider's defaults.
  const ecdsaCurve = typeof inputs.ecdsaCurve === "string" ? inputs.ecdsaCurve : "P224";
  const rsaBits = numberInput(inputs, "rsaBits", 2048);
  const key = generateKey({ algorithm: textInput(inputs, "algorithm"), ecdsaCurve, rsaBits }, randomness);
  const publicPem = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  const outputs = {
    ecdsaCurve,
    rsaBits,
    privateKeyPem: traditionalPem(key),
    privateKeyPemPkcs8: key.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicPem,
    ...opensshForms(key, randomness),
  };
  return {
    id: publicKeyId(key),
    outputs,
    secretOutputs: ["privateKeyOpenssh", "privateKeyPem", "privateKeyPemPkcs8"],
  };
}

/** The form that the provider calls `privateKeyPem`: the algorithm's own where it has one, else PKCS#8. */
function traditionalPem(key: KeyObject): string {
  const forms = { ec: "sec1", rsa: "pkcs1" } as const;
  const type =
    key.asymmetricKeyType === "ec" || key.asymmetricKeyType === "rsa" ? forms[key.asymmetricKeyType] : "pkcs8";
  return key.export({ type, format: "pem" }).toString();
}

async function certRequest(request: ProviderRequest): Promise<ProviderAnswer> {
  const key = privateKeyInput(request.inputs, "privateKeyPem");
  const outputs = { certRequestPem: await requestCertificate(request), keyAlgorithm: algorithmName(key) };
  return { id: publicKeyId(key), outputs, secretOutputs: ["privateKeyPem"] };
}

function publicKeyId(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha1").update(spki).digest("hex");
}

/** Answers the function `tls.getPublicKey`. */
export function getPublicKey({
  inputs,
  randomness,
}: Pick<ProviderRequest, "inputs" | "randomness">): Record<string, unknown> {
  const given = inputs.privateKeyPem === undefined ? "privateKeyOpenssh" : "privateKeyPem";
  const key = privateKeyInput(inputs, given);
  const { publicKeyOpenssh, publicKeyFingerprintMd5, publicKeyFingerprintSha256 } = opensshForms(key, randomness);
  const openssh = { publicKeyOpenssh, publicKeyFingerprintMd5, publicKeyFingerprintSha256 };
  const publicKeyPem = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  return { id: publicKeyId(key), algorithm: algorithmName(key), publicKeyPem, ...openssh };
}
