import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDemo, type Demo } from "../../../local/demo";
import { ADDRESSES, namespaceOf, type KubernetesObject } from "../../../local/pod";
import type { TlsServer } from "../../browser/chromium";
import { makeAuthority, type Authority, type KeyPair } from "../../unit/verify/certificates";
import { freshClient } from "../client/client";
import { changed, objectNamed, podSpecOf, rollsQuickly } from "../client/objects";
import { CLIENT, startProvider } from "./provider/start";
import { Walker } from "./walker";

const EXAMPLE = join(__dirname, "../../../examples/oauth");
const ROLES = ["viewer", "admin"] as const;
const HTTPS = 443;
const CA = "provider-ca";

/** A provider of the tests: its names, and what the dashboard has to be told beside who it is. */
interface Kind {
  readonly issuer: string;
  readonly hosts: readonly string[];
  readonly further: Readonly<Record<string, unknown>>;
}

/**
 * Google's and GitHub's names are fixed in Flower: only the pod of the test resolves them to the test's server, and only it trusts the test's authority. GitLab and
 * Okta are servers of one's own with a CA of their own, as a user would have them.
 */
export const KINDS = {
  google: { issuer: "https://accounts.google.com", hosts: ["accounts.google.com", "www.googleapis.com"], further: {} },
  github: { issuer: "https://github.com", hosts: ["github.com", "api.github.com"], further: {} },
  gitlab: {
    issuer: "https://gitlab.test",
    hosts: ["gitlab.test"],
    further: { gitlabHost: "gitlab.test", gitlabGroups: ["platform/oncall"], caSecret: CA },
  },
  okta: {
    issuer: "https://okta.test",
    hosts: ["okta.test"],
    further: { oktaBaseUrl: "https://okta.test/oauth2/default", caSecret: CA },
  },
} as const satisfies Record<string, Kind>;

/** One of the four. */
export type KindName = keyof typeof KINDS;

/** A dashboard with sign-in, and the provider that it signs in with. */
export class SignInStage {
  private provider: ReturnType<Demo["sandbox"]["exec"]> | undefined;
  private relay: Server | undefined;

  private constructor(
    readonly name: KindName,
    readonly demo: Demo,
    private readonly folder: string,
    private readonly authority: Authority,
    private readonly certificate: KeyPair,
  ) {}

  /** Brings both up; viewers are everybody of example.com, the one admin is ada@example.com. */
  static async open(name: KindName, config: Record<string, string> = {}): Promise<SignInStage> {
    const kind: Kind = KINDS[name];
    const folder = mkdtempSync(join(tmpdir(), "sign-in-"));
    const authority = await makeAuthority();
    const demo = await startDemo({
      program: EXAMPLE,
      config: {
        ...{ provider: name, clientId: CLIENT.id, clientSecret: CLIENT.secret },
        ...{ further: JSON.stringify(kind.further), ...config },
      },
      httpsPort: 0,
      httpPort: 0,
      worker: false,
      connectionFile: join(folder, "connection.json"),
      mutate: (objects) => withProvider(rollsQuickly(objects), kind, authority.pem),
    });
    const stage = new SignInStage(name, demo, folder, authority, await authority.issue(kind.hosts));
    await stage.startRelay();
    await stage.startProvider();
    return stage;
  }

  /** Ends both. */
  async close(): Promise<void> {
    this.relay?.close();
    await this.demo.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The dashboard's URL for a role, with a slash at its end. */
  base(role: (typeof ROLES)[number]): string {
    return role === "admin" ? this.demo.connection.adminUrl : this.demo.connection.url;
  }

  /** Somebody without a browser, at an address of this machine that nobody else has. */
  walker(address = freshClient()): Walker {
    return new Walker([...this.dashboards(), ...this.providers()], address);
  }

  /** Where a browser finds the dashboards. */
  dashboards(): TlsServer[] {
    const { address, ports, caFile } = this.demo.connection;
    const authority = readFileSync(caFile);
    return ROLES.map((role) => ({
      address,
      port: ports.https,
      host: new URL(this.base(role)).hostname,
      authority,
    }));
  }

  /** Where a browser finds the provider: at a port of this machine, from where it goes on into the sandbox. */
  providers(): TlsServer[] {
    const { port } = this.relay?.address() as AddressInfo;
    return KINDS[this.name].hosts.map((host) => ({
      address: "127.0.0.1",
      port,
      host,
      authority: this.authority.pem,
    }));
  }

  /** What a role's Flower has written. */
  log(role: (typeof ROLES)[number]): string {
    return this.demo.pod.logs(`flower-${role}`);
  }

  /** Ends the provider, as if its machine had died. */
  async stopProvider(): Promise<void> {
    const { provider } = this;
    if (provider === undefined) return;
    for (const pid of this.demo.sandbox.descendantsOf(provider)) process.kill(pid, "SIGKILL");
    if (provider.exitCode === null && provider.signalCode === null) await once(provider, "exit");
    this.provider = undefined;
  }

  /** Starts it. It has forgotten who was signed in there. */
  async startProvider(): Promise<void> {
    const { issuer, hosts }: Kind = KINDS[this.name];
    const redirectUris = ROLES.map((role) => `${this.base(role)}login`);
    const where = { address: ADDRESSES.node, port: HTTPS, certificate: this.certificate };
    this.provider = await startProvider(
      (argv) => this.demo.sandbox.exec([...argv], { stdio: ["pipe", "pipe", "pipe"] }),
      { provider: this.name, issuer, hosts, redirectUris, ...where },
    );
  }

  private async startRelay(): Promise<void> {
    const { sandbox } = this.demo;
    this.relay = createServer((near) => {
      near.on("error", () => undefined);
      sandbox.connect({ host: ADDRESSES.node, port: HTTPS }).then(
        (far) => {
          far.on("error", () => near.destroy());
          near.on("close", () => far.destroy());
          far.on("close", () => near.destroy());
          near.pipe(far).pipe(near);
        },
        () => near.destroy(),
      );
    });
    await new Promise<void>((resolve) => this.relay?.listen(0, "127.0.0.1", resolve));
  }
}

/** What the test does to the pod and the component does not: names that lead to the test's server, and its CA. */
function withProvider(objects: KubernetesObject[], { hosts, further }: Kind, ca: string): KubernetesObject[] {
  return changed(objects, (copy) => {
    const namespace = namespaceOf(objectNamed(copy, "Deployment"));
    const metadata = { name: CA, namespace };
    copy.push({ apiVersion: "v1", kind: "Secret", metadata, stringData: { "ca.crt": ca } });
    const pod = podSpecOf(copy);
    pod.hostAliases = [{ ip: ADDRESSES.node, hostnames: [...hosts] }];
    if ("caSecret" in further) return;
    pod.volumes.push({ name: CA, secret: { secretName: CA } });
    for (const container of pod.containers.filter(({ name }) => name.startsWith("flower-"))) {
      (container.volumeMounts as unknown[]).push({ name: CA, mountPath: "/etc/provider-ca", readOnly: true });
      container.env?.push({ name: "SSL_CERT_FILE", value: "/etc/provider-ca/ca.crt" });
    }
  });
}
