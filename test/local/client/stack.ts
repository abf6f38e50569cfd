import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTcp, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { startDemo, type Demo, type DemoOptions } from "../../../local/demo";
import { ADDRESSES, contentOf, namespaceOf, type KubernetesObject } from "../../../local/pod";
import { Line } from "./http1";
import { secretOf, type Role } from "./logIns";
import { rollsQuickly } from "./objects";
import { until } from "./until";

const HOSTS: Readonly<Record<Role, string>> = { viewer: "flower.localhost", admin: "flower-admin.localhost" };
/** The name that controllers verify in the pod's certificate. */
const POD_NAME = "queues.flower.internal";
/** Objects that only nginx mounts, and the volume of each. */
const NGINX_VOLUMES: Readonly<Record<string, string>> = {
  "ConfigMap queues-nginx": "nginx-config",
  "Secret queues-server-tls": "server-tls",
};

/** How a connection is made. */
export interface Dial {
  /** The sandbox's address that it comes from. Defaults to the node's, or for the controller to this machine. */
  readonly from?: string;
  /** What is different from what a well-meaning client does. */
  readonly tls?: ConnectionOptions;
}

/** The processes of a demo, and an attacker's ways to them. */
export class Stack {
  private running: readonly KubernetesObject[];
  private shown: readonly KubernetesObject[];
  /** What was rendered, before any change. */
  readonly original: readonly KubernetesObject[];

  private constructor(
    readonly demo: Demo,
    private readonly folder: string,
  ) {
    this.original = this.running = this.shown = demo.objects;
  }

  /** Brings the demo up on free ports; with another program and its configuration, if they are given. */
  static async start(program: Pick<DemoOptions, "program" | "config"> = {}): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), "attacks-"));
    const connectionFile = join(folder, "connection.json");
    const demo = await startDemo({ ...program, httpsPort: 0, httpPort: 0, connectionFile, mutate: rollsQuickly });
    return new Stack(demo, folder);
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    await this.demo.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The objects that are attacked. */
  get objects(): readonly KubernetesObject[] {
    return this.shown;
  }

  /** The name of a dashboard's host. */
  hostName(role: Role): string {
    return HOSTS[role];
  }

  /** Host and port of a dashboard, as a browser writes them into Host. */
  authority(role: Role): string {
    return `${HOSTS[role]}:${this.demo.connection.ports.https}`;
  }

  /** Shows these objects to an attack that only reads objects; no process changes. */
  show(objects: readonly KubernetesObject[]): void {
    this.shown = objects;
  }

  /** Has the pod run these objects: a new pod, or, where only nginx' own files differ, new files and a reload. */
  async apply(objects: readonly KubernetesObject[]): Promise<void> {
    const different = objects.filter((object, index) => !isDeepStrictEqual(object, this.running[index]));
    const reload =
      objects.length === this.running.length && different.every((object) => volumeOf(object) !== undefined);
    if (!reload || !this.demo.pod.ready) await this.roll(objects);
    else if (different.length > 0) await this.reload(different);
    this.running = this.shown = objects;
  }

  /** Replaces the pod, at once: an attack does not look at the grace that requests under way are granted. */
  async roll(objects: readonly KubernetesObject[]): Promise<void> {
    await this.demo.roll(objects, { gracefully: false });
    this.running = this.shown = objects;
  }

  /** Resolves when every container of the pod is ready again. */
  async untilReady(): Promise<void> {
    await until("the pod is ready", () => this.demo.pod.ready, 60);
  }

  /** A TCP connection inside the sandbox; to the pod, unless another host is named. */
  tcp(port: number, host: string = ADDRESSES.pod, from: string = ADDRESSES.node): Promise<Socket> {
    return this.demo.sandbox.connect({ host, port, localAddress: from });
  }

  /** A TLS connection to the pod's nginx, with the controller's certificate unless another is given. */
  async toPod({ from, tls }: Dial = {}): Promise<Line> {
    const socket = await this.tcp(8443, ADDRESSES.pod, from);
    const content = secretOf(this.objects, "queues-client-tls");
    const certificate = { cert: content.get("tls.crt"), key: content.get("tls.key"), ca: content.get("ca.crt") };
    return secureLine(socket, { servername: POD_NAME, ...certificate, ...tls });
  }

  /** A TLS connection to the ingress controller. */
  async toController(role: Role, { from, tls }: Dial = {}): Promise<Line> {
    const { ports, address, caFile } = this.demo.connection;
    const socket =
      from === undefined
        ? connectTcp({ host: address, port: ports.https })
        : await this.tcp(ports.https, ADDRESSES.node, from);
    return secureLine(socket, { servername: HOSTS[role], ca: readFileSync(caFile), ...tls });
  }

  /** A connection to the ingress controller's plain HTTP. */
  toPlainHttp(): Line {
    const { ports, address } = this.demo.connection;
    return new Line(connectTcp({ host: address, port: ports.http }));
  }

  /**
   * A tenth of a second, where a new pod takes four. nginx' counters of clients outlive it, so each attack comes from addresses of its
   * own.
   */
  private async reload(different: readonly KubernetesObject[]): Promise<void> {
    const { pod } = this.demo;
    for (const object of different) this.rewrite(object);
    const [master, ...workers] = pod.pids("nginx");
    if (master === undefined) throw new Error("nginx does not run");
    process.kill(master, "SIGHUP");
    const isNew = (pid: number): boolean => pid !== master && !workers.includes(pid);
    await until("nginx has taken its new configuration", () => pod.pids("nginx").filter(isNew).length >= 2);
    // Old workers would stay for as long as somebody holds a connection to them.
    for (const worker of workers) endNow(worker);
    await until("nginx' old workers have ended", () => pod.pids("nginx").every((pid) => !workers.includes(pid)));
  }

  private rewrite(object: KubernetesObject): void {
    const { directory } = this.demo.sandbox;
    const pods = readdirSync(directory).filter((name) => /^pod-\d+$/.test(name));
    const newest = pods.sort((one, other) => Number(one.slice(4)) - Number(other.slice(4))).at(-1) ?? "";
    const volume = join(directory, newest, "volumes", volumeOf(object) ?? "", "..data");
    const content = contentOf(
      [object],
      object.kind as "Secret" | "ConfigMap",
      namespaceOf(object),
      object.metadata.name,
    );
    for (const [file, bytes] of content ?? []) writeFileSync(join(volume, file), bytes);
  }
}

function volumeOf(object: KubernetesObject): string | undefined {
  return NGINX_VOLUMES[`${object.kind} ${object.metadata.name}`];
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}

/** A handshake that fails is an ended line: what came before its end is for the attack to judge. */
async function secureLine(socket: Socket, options: ConnectionOptions): Promise<Line> {
  const stream = connectTls({ socket, ...options });
  const line = new Line(stream);
  await new Promise<void>((resolve) => {
    stream.once("secureConnect", resolve);
    stream.once("close", resolve);
    stream.once("error", () => resolve());
  });
  return line;
}
