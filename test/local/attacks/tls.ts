import assert from "node:assert/strict";
import { connect as connectTcp, type AddressInfo } from "node:net";
import { connect, createServer, type SecureVersion } from "node:tls";
import { PREFIX } from "../client/client";
import { bytesOf, type Line } from "../client/http1";
import { ROLES } from "../client/logIns";
import { objectNamed } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";
import { makeCertificate } from "./certificates";

/** Without this OpenSSL 3 would refuse an old version itself, which would prove nothing. */
const OLD_CIPHERS = "DEFAULT@SECLEVEL=0";

function only(version: SecureVersion): { minVersion: SecureVersion; maxVersion: SecureVersion; ciphers?: string } {
  const isOld = version === "TLSv1" || version === "TLSv1.1";
  return { minVersion: version, maxVersion: version, ...(isOld ? { ciphers: OLD_CIPHERS } : {}) };
}

/** That this client does speak the old versions. */
async function assertClientSpeaks(version: SecureVersion): Promise<void> {
  const server = createServer({ ...makeCertificate({ subject: "localhost" }), ...only(version) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const protocol = await new Promise<string | null>((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...only(version) }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on("error", reject);
  });
  server.close();
  assert.equal(protocol, version);
}

async function versions(stack: Stack): Promise<void> {
  const found: string[] = [];
  const look = (where: string, version: SecureVersion, line: Line): void => {
    const isOld = version === "TLSv1" || version === "TLSv1.1";
    if (line.ended !== isOld) found.push(`${where}: ${version} was ${isOld ? "accepted" : "refused"}`);
    line.close();
  };
  for (const version of ["TLSv1", "TLSv1.1"] as const) await assertClientSpeaks(version);
  for (const version of ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const) {
    const tls = only(version);
    look("the pod", version, await stack.toPod({ tls }));
    for (const role of ROLES) look(`the controller for ${role}`, version, await stack.toController(role, { tls }));
  }
  assertNone("versions of TLS that are wrong", found);
}

/** Without forward secrecy, or without authenticated encryption. */
const WEAK = [
  "AES128-SHA",
  "AES256-GCM-SHA384",
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-ECDSA-AES256-SHA384",
  "NULL-SHA256",
  "ADH-AES128-SHA",
];

async function ciphers(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const cipher of WEAK) {
    const line = await stack.toPod({ tls: { maxVersion: "TLSv1.2", ciphers: `${cipher}:@SECLEVEL=0` } });
    if (!line.ended) found.push(cipher);
    line.close();
  }
  const strong = await stack.toPod({ tls: { maxVersion: "TLSv1.2", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" } });
  assert.equal(strong.ended, false, "a good cipher is accepted");
  strong.close();
  assertNone("weak ciphers that the pod accepts", found);
}

async function redirect(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const role of ROLES) {
    const host = stack.hostName(role);
    for (const target of [
      `${PREFIX}/`,
      `${PREFIX}/tasks?x=1`,
      `${PREFIX}//evil.example/`,
      `${PREFIX}/%0d%0aLocation:%20https://evil.example`,
    ]) {
      for (const forged of [[], [["X-Forwarded-Host", "evil.example"]], [["X-Forwarded-Proto", "https"]]] as [
        string,
        string,
      ][][]) {
        const line = stack.toPlainHttp();
        line.send(bytesOf({ method: "GET", target, headers: [["Host", host], ...forged] }));
        const answer = await line.answer();
        line.close();
        const wanted = `https://${stack.authority(role)}${target}`;
        if (![301, 308].includes(answer.status) || answer.header("location") !== wanted)
          found.push(`${host}${target}: ${answer.status} ${answer.header("location")}`);
      }
    }
  }
  assertNone("plain requests that are not redirected to the same place", found);
}

async function forgedHost(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const host of [
    "evil.example",
    `evil.example:443`,
    `${stack.hostName("viewer")}.evil.example`,
    `x@${stack.hostName("viewer")}`,
    "",
  ]) {
    const line = stack.toPlainHttp();
    line.send(bytesOf({ method: "GET", target: `${PREFIX}/`, headers: [["Host", host]] }));
    const said = await line.rest(2);
    line.close();
    if (/location:/i.test(said)) found.push(`Host ${host}: ${said.split("\r\n")[0]}`);
  }
  assertNone("forged names that are redirected to", found);
}

/** The entry without the slash is redirected by the pod itself. */
async function entry(stack: Stack): Promise<void> {
  for (const role of ROLES) {
    const line = await stack.toController(role);
    const headers = [
      ["Host", stack.authority(role)],
      ["X-Forwarded-Host", "evil.example"],
      ["X-Forwarded-Port", "1"],
    ] as const;
    line.send(bytesOf({ method: "GET", target: PREFIX, headers }));
    const answer = await line.answer();
    line.close();
    assert.equal(answer.status, 301);
    assert.equal(answer.header("location"), `https://${stack.authority(role)}${PREFIX}/`);
  }
}

/** The controller of the demo redirects whatever it is told; a real one does what the Ingress says. */
function demanded(stack: Stack): void {
  const annotations = objectNamed(stack.objects, "Ingress").metadata.annotations ?? {};
  for (const name of ["ssl-redirect", "force-ssl-redirect"])
    assert.equal(annotations[`nginx.ingress.kubernetes.io/${name}`], "true");
  const { tls, rules } = objectNamed(stack.objects, "Ingress").spec as {
    tls: { hosts: string[] }[];
    rules: { host: string }[];
  };
  assert.deepEqual(tls.flatMap(({ hosts }) => hosts).sort(), rules.map(({ host }) => host).sort());
}

/** A name that nobody serves gets no certificate, and so does not learn ours. */
async function unknownName(stack: Stack): Promise<void> {
  const { address, ports } = stack.demo.connection;
  for (const servername of ["evil.example", undefined]) {
    const shaken = await new Promise<boolean>((resolve) => {
      const socket = connect(
        { socket: connectTcp({ host: address, port: ports.https }), servername, rejectUnauthorized: false },
        () => resolve(true),
      );
      socket.on("error", () => resolve(false));
      socket.on("close", () => resolve(false));
    });
    assert.equal(shaken, false, `the controller shook hands for ${servername}`);
  }
}

const control = "tls";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "TLS 1.0 and 1.1 are refused by the pod and by the controller, 1.2 and 1.3 are not",
    run: versions,
  },
  { control, title: "the pod takes no cipher without forward secrecy and authenticated encryption", run: ciphers },
  {
    control,
    title: "plain HTTP is redirected to the same URL in HTTPS, and nothing of a forged header gets into it",
    run: redirect,
  },
  { control, title: "a forged Host is not redirected to", run: forgedHost },
  { control, title: "the entry without its slash is redirected to the fixed URL", run: entry },
  { control, title: "the Ingress demands the redirect, and TLS for every host", on: "objects", run: demanded },
  { control, title: "an unknown name gets no handshake", run: unknownName },
];
