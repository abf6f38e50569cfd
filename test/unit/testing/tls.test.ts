import { createPrivateKey, createPublicKey, X509Certificate } from "crypto";
import { createServer, connect } from "tls";
import { type AddressInfo } from "net";
import * as tls from "@pulumi/tls";
import { describe, expect, test } from "vitest";
import { recordResources, valueOf } from "../../../testing";
import { createPair, isSecret } from "./programs";

const KEYS: [string, tls.PrivateKeyArgs][] = [
  ["P224", { algorithm: "ECDSA" }],
  ["P256", { algorithm: "ECDSA", ecdsaCurve: "P256" }],
  ["P384", { algorithm: "ECDSA", ecdsaCurve: "P384" }],
  ["P521", { algorithm: "ECDSA", ecdsaCurve: "P521" }],
  ["RSA", { algorithm: "RSA" }],
  ["ED25519", { algorithm: "ED25519" }],
];

async function certificateOf(pem: tls.SelfSignedCert["certPem"]): Promise<X509Certificate> {
  return new X509Certificate((await valueOf(pem))!);
}

describe.each([undefined, "a seed"])("with the seed %j", (seed) => {
  test.each(KEYS)("a CA with a key of kind %s signs certificates that verify", async (name, args) => {
    const { result } = await recordResources(() => createPair(name, args), { seed });
    const ca = await certificateOf(result.ca.certPem);
    const certificate = await certificateOf(result.certificate.certPem);

    expect(ca.verify(ca.publicKey)).toBe(true);
    expect(ca.ca).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkPrivateKey(createPrivateKey((await valueOf(result.key.privateKeyPem))!))).toBe(true);
  });
});

describe("a certificate", () => {
  test("serves TLS to a client that trusts the CA and checks the name", async () => {
    const { result } = await recordResources(() => createPair("live", { algorithm: "ECDSA", ecdsaCurve: "P256" }));
    const ca = await valueOf(result.ca.certPem);
    const server = createServer({
      cert: await valueOf(result.certificate.certPem),
      key: await valueOf(result.key.privateKeyPem),
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const open = (servername: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect({ host: "127.0.0.1", port, ca, servername }, () => resolve("open"));
        socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "failed"));
        socket.on("close", () => socket.destroy());
      });

    expect(await open("queues.example.com")).toBe("open");
    expect(await open("localhost")).toBe("open");
    expect(await open("other.example.org")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    server.close();
  });

  test("has the names, uses and times that were asked for", async () => {
    const now = new Date("2026-05-01T12:00:00.700Z");
    const { result } = await recordResources(() => createPair("dated", { algorithm: "ED25519" }), { now });
    const certificate = await certificateOf(result.certificate.certPem);
    const ca = await certificateOf(result.ca.certPem);

    expect(certificate.subject).toBe("CN=server");
    expect(certificate.issuer).toBe(ca.subject);
    expect(ca.subject).toContain("CN=dated CA");
    expect(certificate.subjectAltName).toBe(
      "DNS:localhost, DNS:*.example.com, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1",
    );
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(new Date(certificate.validFrom).toISOString()).toBe("2026-05-01T12:00:00.000Z");
    expect(await valueOf(result.certificate.validityStartTime)).toBe("2026-05-01T12:00:00Z");
    expect(await valueOf(result.certificate.validityEndTime)).toBe("2026-05-02T12:00:00Z");
    expect(await valueOf(result.certificate.readyForRenewal)).toBe(false);
    expect(await valueOf(result.certificate.caKeyAlgorithm)).toBe("ED25519");
  });

  test("is public, and the keys and what holds them are secret", async () => {
    const { result } = await recordResources(() => createPair("secrecy", { algorithm: "ECDSA", ecdsaCurve: "P256" }));

    for (const open of [
      result.caKey.publicKeyPem,
      result.ca.certPem,
      result.certificate.certPem,
      result.request.certRequestPem,
    ]) {
      expect(await isSecret(open)).toBe(false);
    }
    const { privateKeyPem, privateKeyPemPkcs8, privateKeyOpenssh } = result.caKey;
    for (const hidden of [
      privateKeyPem,
      privateKeyPemPkcs8,
      privateKeyOpenssh,
      result.ca.privateKeyPem,
      result.certificate.caPrivateKeyPem,
    ]) {
      expect(await isSecret(hidden)).toBe(true);
    }
  });
});

describe("a private key", () => {
  test.each([
    ["RSA", "-----BEGIN RSA PRIVATE KEY-----", "ssh-rsa "],
    ["ECDSA", "-----BEGIN EC PRIVATE KEY-----", ""],
    ["ED25519", "-----BEGIN PRIVATE KEY-----", "ssh-ed25519 "],
  ])("of kind %s comes in the provider's forms", async (algorithm, heading, ssh) => {
    const { result } = await recordResources(() => new tls.PrivateKey("key", { algorithm }));
    const pem = (await valueOf(result.privateKeyPem))!;

    expect(pem.startsWith(heading)).toBe(true);
    expect(createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "pem" })).toBe(
      await valueOf(result.publicKeyPem),
    );
    expect((await valueOf(result.publicKeyOpenssh))!.startsWith(ssh)).toBe(true);
  });

  test("is the same again with the same seed, and another with another", async () => {
    const pem = async (seed: string): Promise<string | undefined> => {
      const { result } = await recordResources(() => new tls.PrivateKey("key", { algorithm: "RSA" }), { seed });
      return valueOf(result.privateKeyPem);
    };

    expect(await pem("one")).toBe(await pem("one"));
    expect(await pem("one")).not.toBe(await pem("two"));
  });
});

describe("what the real provider refuses", () => {
  const base = { validityPeriodHours: 1, allowedUses: ["server_auth"] };

  test("a use that X.509 does not have", async () => {
    const program = () => {
      const { privateKeyPem } = new tls.PrivateKey("key", { algorithm: "ED25519" });
      return new tls.SelfSignedCert("certificate", { ...base, privateKeyPem, allowedUses: ["server-auth"] });
    };

    await expect(recordResources(program)).rejects.toThrow('one is "server-auth"');
  });

  test("a key that is not PEM, without repeating it", async () => {
    const program = () => new tls.SelfSignedCert("certificate", { ...base, privateKeyPem: "hunter2-hunter2" });

    await expect(recordResources(program)).rejects.toThrow(/privateKeyPem is not a private key in PEM form$/);
  });

  test("a CA's certificate with another key", async () => {
    const program = () => {
      const one = createPair("one", { algorithm: "ED25519" });
      const other = new tls.PrivateKey("other", { algorithm: "ED25519" });
      return new tls.LocallySignedCert("certificate", {
        ...base,
        certRequestPem: one.request.certRequestPem,
        caCertPem: one.ca.certPem,
        caPrivateKeyPem: other.privateKeyPem,
      });
    };

    await expect(recordResources(program)).rejects.toThrow("caPrivateKeyPem is not the key of caCertPem");
  });
});
