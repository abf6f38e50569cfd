import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ADDRESSES, Container, readRootEntries, writeDirectory, type KubernetesObject, type Sandbox } from "../../pod";
import { nginxRecipe } from "../recipes";
import { controllerConfig, controllerFiles } from "./config";
import { descriptorOf, HOST_ADDRESS, type HostSocket } from "./ports";
import { readSites, type Endpoint } from "./sites";

export { HOST_ADDRESS, listenOnHost, type HostSocket } from "./ports";
export type { Endpoint } from "./sites";

/** What the controller reads, as it does in a cluster: the objects, and where the pod is. */
export interface Served {
  objects: readonly KubernetesObject[];
  pod: Endpoint;
}

const FOLDER = "/etc/controller";
const CONFIG = join(FOLDER, "nginx.conf");

/**
 * The nginx that plays the ingress controller. It serves the host's two sockets, which it inherits, and the same ports on the sandbox's
 * own addresses, so that requests can come from others than this machine.
 */
export class Controller {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly ports: { https: number; http: number },
    /** Its process. */
    readonly container: Container,
  ) {}

  /** Starts it; the sockets are its own from then on. */
  static async start(sandbox: Sandbox, https: HostSocket, http: HostSocket, served: Served): Promise<Controller> {
    const ports = { https: https.port, http: http.port };
    const source = writeFiles(sandbox, ports, served);
    const container = await Container.create(sandbox, {
      name: "controller.nginx",
      hostname: "controller",
      root: readRootEntries(),
      binds: [...nginxRecipe.binds, { source, target: FOLDER, readOnly: true }],
      argv: ["nginx", "-e", "stderr", "-c", CONFIG],
      // By this variable nginx takes listening sockets over from its predecessor: descriptors 3 and 4.
      environment: { ...nginxRecipe.environment, NGINX: "3;4;" },
      inherited: [descriptorOf(https), descriptorOf(http)],
      workingDirectory: "/",
      readOnlyRoot: false,
      uid: nginxRecipe.uid,
      gid: nginxRecipe.gid,
      groups: [],
      network: "cluster",
      stopSignal: nginxRecipe.stopSignal,
    });
    void container.start();
    https.server.close();
    http.server.close();
    const controller = new Controller(sandbox, ports, container);
    await controller.untilListening();
    return controller;
  }

  /** Serves other objects or another pod from now on, as a controller does when something changes in the cluster. */
  async serve(served: Served): Promise<void> {
    const [master, ...workers] = this.container.pids();
    if (master === undefined) throw this.failure("is not running");
    writeFiles(this.sandbox, this.ports, served);
    process.kill(master, "SIGHUP");
    // nginx keeps its old workers, and the old configuration, if the new one is wrong.
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (this.container.pids().some((pid) => pid !== master && !workers.includes(pid))) return;
      await sleep(50);
    }
    throw this.failure("did not take the new configuration");
  }

  private async untilListening(): Promise<void> {
    for (let attempt = 0; attempt < 100 && this.container.running; attempt += 1) {
      const address = { host: ADDRESSES.node, port: this.ports.https };
      const socket = await this.sandbox.connect(address).catch(() => undefined);
      socket?.destroy();
      if (socket !== undefined) return;
      await sleep(50);
    }
    throw this.failure("did not start");
  }

  private failure(what: string): Error {
    return new Error(`The ingress controller's nginx ${what}. Its log ends with:\n${this.container.log.tail()}`);
  }
}

function writeFiles(sandbox: Sandbox, ports: { https: number; http: number }, { objects, pod }: Served): string {
  const sites = readSites(objects, pod);
  const config = controllerConfig(sites, {
    addresses: [HOST_ADDRESS, ADDRESSES.node],
    httpsPort: ports.https,
    httpPort: ports.http,
    folder: FOLDER,
  });
  return writeDirectory(sandbox, "controller", { ...controllerFiles(sites), "nginx.conf": config });
}
