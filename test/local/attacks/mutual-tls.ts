import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import type { ConnectionOptions } from "node:tls";
import { ADDRESSES, type KubernetesObject } from "../../../local/pod";
import { askPod, freshClient, requestBytes } from "../client/client";
import { credentialOf, secretOf } from "../client/logIns";
import { changed, objectNamed } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";
import { makeCertificate, type Pair } from "./certificates";

/** The bytes that the pod sends to somebody with this certificate, who otherwise does everything right. */
async function bytesFor(stack: Stack, tls: ConnectionOptions): Promise<number> {
  const line = await stack.toPod({ from: ADDRESSES.neighbour, tls: { rejectUnauthorized: false, ...tls } });
  const client = freshClient();
  line.send(requestBytes(stack, { as: credentialOf(stack.objects, "viewer") }, client));
  const said = await line.anything(5);
  line.close();
  return said.length;
}

async function assertSilence(stack: Stack, strangers: Readonly<Record<string, ConnectionOptions>>): Promise<void> {
  const found: string[] = [];
  for (const [who, tls] of Object.entries(strangers)) {
    const bytes = await bytesFor(stack, tls);
    if (bytes > 0) found.push(`${who}: ${bytes} bytes`);
  }
  assertNone("strangers whom the pod answered", found);
}

const none: ConnectionOptions = { cert: undefined, key: undefined };

async function strangers(stack: Stack): Promise<void> {
  const known = secretOf(stack.objects, "queues-client-tls");
  const subject = /CN=(.+)/.exec(new X509Certificate(known.get("tls.crt") ?? "").subject)?.[1] ?? "";
  const issuer = /CN=(.+)/.exec(new X509Certificate(known.get("ca.crt") ?? "").subject)?.[1] ?? "";
  const foreign = makeCertificate({ subject: issuer, isAuthority: true });
  const twin = makeCertificate({ subject, by: foreign, use: "clientAuth" });
  const server = secretOf(stack.objects, "queues-server-tls");
  const selfMade = makeCertificate({ subject, use: "clientAuth" });
  assert.equal(
    (await askPod(stack, { as: credentialOf(stack.objects, "viewer") })).status,
    200,
    "the controller comes in",
  );
  await assertSilence(stack, {
    "without a certificate": none,
    "without a certificate, by TLS 1.2": { ...none, maxVersion: "TLSv1.2" },
    "without a certificate and without a name": { ...none, servername: "" },
    "with a self-made certificate": selfMade,
    "with a self-made certificate, by TLS 1.2": { ...selfMade, maxVersion: "TLSv1.2" },
    "with a certificate of the same name by an authority of the same name": twin,
    "with that and its authority beside it": { key: twin.key, cert: twin.cert + foreign.cert },
    "with that and the right authority beside it": { key: twin.key, cert: twin.cert + (known.get("ca.crt") ?? "") },
    "with the pod's own certificate": { cert: server.get("tls.crt"), key: server.get("tls.key") },
    "with the public certificate": publicPair(stack),
  });
}

function publicPair(stack: Stack): Pair {
  const content = secretOf(stack.objects, "queues-public-tls");
  return { cert: content.get("tls.crt") ?? "", key: content.get("tls.key") ?? "" };
}

/** Plain HTTP on the TLS port is answered by most servers, with an error page. */
async function plainHttp(stack: Stack): Promise<void> {
  const socket = await stack.tcp(8443, ADDRESSES.pod, ADDRESSES.neighbour);
  const said = await new Promise<string>((resolve) => {
    let text = "";
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("close", () => resolve(text));
    socket.on("error", () => resolve(text));
    socket.resume();
    socket.write(requestBytes(stack, { as: credentialOf(stack.objects, "viewer") }, freshClient()));
    setTimeout(() => socket.destroy(), 3000).unref();
  });
  assert.equal(said, "", "the pod answered plain HTTP");
}

/** The private authority's key is in no Secret: to have it sign what it never would, the pod trusts one of our own here. */
const authority = makeCertificateOnce(() => makeCertificate({ subject: "queues private CA", isAuthority: true }));

function makeCertificateOnce(make: () => Pair): () => Pair {
  let made: Pair | undefined;
  return () => (made ??= make());
}

const withOwnAuthority = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  changed(objects, (copy) => {
    const data = objectNamed(copy, "Secret", "queues-server-tls").stringData as Record<string, string>;
    data["ca.crt"] = authority().cert;
  });

async function signedWrongly(stack: Stack): Promise<void> {
  const by = authority();
  const good = makeCertificate({ subject: "queues-client-tls", by, use: "clientAuth" });
  const answer = await askPod(stack, { as: credentialOf(stack.objects, "viewer") }, { tls: { ...good } });
  assert.equal(answer.status, 200, "a certificate of that authority comes in");
  await assertSilence(stack, {
    "with one that has expired": makeCertificate({
      subject: "queues-client-tls",
      by,
      use: "clientAuth",
      from: "20200101",
      until: "20200201",
    }),
    "with one that is not valid yet": makeCertificate({
      subject: "queues-client-tls",
      by,
      use: "clientAuth",
      from: "20450101",
      until: "20460101",
    }),
    "with one for servers": makeCertificate({ subject: "queues-client-tls", by, use: "serverAuth" }),
    "with the controller's from before": {},
  });
}

/** Whoever has the pod's address but not its key cannot pretend to be the pod: the controllers verify it. */
async function podIsVerified(stack: Stack): Promise<void> {
  const line = await stack.toPod();
  assert.equal(line.ended, false, "the pod's certificate is for the name that controllers verify");
  line.close();
  const other = await stack.toPod({ tls: { servername: "other.flower.internal" } });
  assert.equal(other.ended, true, "the pod's certificate is for any name");
  const annotations = objectNamed(stack.objects, "Ingress").metadata.annotations ?? {};
  assert.equal(annotations["nginx.ingress.kubernetes.io/proxy-ssl-verify"], "on");
  assert.equal(annotations["nginx.ingress.kubernetes.io/proxy-ssl-name"], "queues.flower.internal");
}

const control = "mutual-tls";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "a neighbour without the controller's certificate gets no byte of HTTP, with the right log-in",
    run: strangers,
  },
  { control, title: "plain HTTP at the pod's TLS port is not answered", run: plainHttp },
  {
    control,
    title:
      "of certificates of the right authority, one that has expired, or is not valid yet, or is for servers, does not come in",
    setup: withOwnAuthority,
    run: signedWrongly,
  },
  { control, title: "the pod proves its name to the controller", run: podIsVerified },
];
