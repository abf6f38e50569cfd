import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Report } from "../../verify";
import { renderProgram } from "../render";
import { install, silent, type Installation, type Progress } from "../install";
import { Pod, Sandbox, type Container, type KubernetesObject, type RecipeFinder } from "../pod";
import { brokerUrl, startBroker } from "./broker";
import {
  connectionFiles,
  describeConnection,
  refuseSecondDemo,
  removeConnection,
  writeConnection,
  type Connection,
} from "./connection";
import { Controller, HOST_ADDRESS, listenOnHost, type Endpoint, type HostSocket } from "./controller";
import { certificateAuthority, HOSTS, programConfig } from "./program";
import { flowerRecipe, recipesFor } from "./recipes";
import { REPOSITORY } from "./repository";
import { verifyDemo } from "./verification";
import { startWorker, WORKER_READY } from "./workload";

/** How to start a demo; everything has a default. */
export interface DemoOptions {
  /** Folder of the Pulumi program. Defaults to `examples/basic`. */
  program?: string;
  /** Configuration of the program beside what the demo itself decides. */
  config?: Record<string, string>;
  /** Port of this machine for HTTPS; 0 for any that is free. Defaults to 8443. */
  httpsPort?: number;
  /** Port of this machine for plain HTTP; 0 for any that is free. Defaults to 8080. */
  httpPort?: number;
  /** Changes what was rendered before it is brought up: tests take a control out. */
  mutate?: (objects: KubernetesObject[]) => KubernetesObject[];
  /** Whether a Celery worker gives the dashboard life. Defaults to true. */
  worker?: boolean;
  /** Where the connection is written. Defaults to `.demo/connection.json` in the repository. */
  connectionFile?: string;
  /** Who is told of the steps. Defaults to nobody. */
  progress?: Progress;
  /** Gives up a start that is under way; a demo that is up is ended by `stop`. */
  signal?: AbortSignal;
}

/** A demo that is up. */
export class Demo {
  /** URLs, log-ins, addresses. */
  connection: Connection;

  private constructor(
    /** The file with the connection. */
    readonly connectionFile: string,
    private readonly parts: Parts,
  ) {
    this.connection = publish(parts, connectionFile);
  }

  /** Brings everything up, or nothing: what was started is stopped when a later step fails. */
  static async start(options: DemoOptions = {}): Promise<Demo> {
    const file = options.connectionFile ?? join(REPOSITORY, ".demo", "connection.json");
    const parts = await bringUp(options, file);
    try {
      return new Demo(file, parts);
    } catch (error) {
      await parts.sandbox.stop();
      throw error;
    }
  }

  /** Where everything runs. */
  get sandbox(): Sandbox {
    return this.parts.sandbox;
  }

  /** The dashboard's pod. */
  get pod(): Pod {
    return this.parts.pod;
  }

  /** What was rendered, and perhaps mutated. */
  get objects(): readonly KubernetesObject[] {
    return this.parts.objects;
  }

  /** What stands in for the images. */
  get recipes(): RecipeFinder {
    return this.parts.recipes;
  }

  /** The Redis that is the broker. */
  get broker(): Container {
    return this.parts.broker;
  }

  /** The Celery worker. */
  get worker(): Container | undefined {
    return this.parts.worker;
  }

  /** The nginx that plays the ingress controller. */
  get controller(): Controller {
    return this.parts.controller;
  }

  /**
   * Brings other objects up in place of the present ones: a new pod, and a controller that serves them.
   *
   * @param gracefully - stop the old pod as a kubelet does, or at once
   */
  async roll(objects: readonly KubernetesObject[], { gracefully = true } = {}): Promise<void> {
    const { parts } = this;
    await (gracefully ? parts.pod.stop() : parts.pod.kill());
    parts.pod = await Pod.start({ sandbox: parts.sandbox, recipes: parts.recipes, objects });
    parts.objects = objects;
    await parts.controller.serve({ objects, pod: endpointOf(parts.pod) });
    this.connection = publish(parts, this.connectionFile);
  }

  /** Runs the verifier, from this machine and as a neighbour of the pod. */
  verify(): Promise<Report> {
    const { sandbox, pod } = this.parts;
    return verifyDemo({ sandbox, connectionFile: this.connectionFile, podAddress: pod.address });
  }

  /** Ends everything at once; there is nothing that would be worth a graceful end. */
  async stop(): Promise<void> {
    await this.parts.sandbox.stop();
    removeConnection(connectionFiles(this.connectionFile));
  }
}

interface Parts {
  sandbox: Sandbox;
  pod: Pod;
  objects: readonly KubernetesObject[];
  recipes: RecipeFinder;
  broker: Container;
  worker: Container | undefined;
  controller: Controller;
  ports: { https: number; http: number };
}

interface Prepared {
  installation: Installation;
  sandbox: Sandbox;
  https: HostSocket;
  http: HostSocket;
}

async function bringUp(options: DemoOptions, file: string): Promise<Parts> {
  refuseSecondDemo(connectionFiles(file));
  const { https, http } = await openPorts(options);
  try {
    const installation = await install(join(REPOSITORY, "image", "requirements.txt"), options.progress ?? silent);
    options.signal?.throwIfAborted();
    const files = connectionFiles(file);
    const sandbox = await Sandbox.start([files.connection, files.ca]);
    // Whatever the next steps wait for inside ends with the sandbox, and so do they.
    options.signal?.addEventListener("abort", () => void sandbox.stop(), { once: true });
    return await fill({ installation, sandbox, https, http }, options).catch(async (error: unknown) => {
      await sandbox.stop();
      throw error;
    });
  } finally {
    // The controller has them by now, or nobody ever will.
    https.server.close();
    http.server.close();
  }
}

/** Before anything else: a taken port is to be known at once. */
async function openPorts({
  httpsPort = 8443,
  httpPort = 8080,
}: DemoOptions): Promise<{ https: HostSocket; http: HostSocket }> {
  const https = await listenOnHost(httpsPort, "--https-port");
  try {
    return { https, http: await listenOnHost(httpPort, "--http-port") };
  } catch (error) {
    https.server.close();
    throw error;
  }
}

async function fill({ installation, sandbox, https, http }: Prepared, options: DemoOptions): Promise<Parts> {
  const progress = options.progress ?? silent;
  const password = randomBytes(24).toString("hex");
  const url = brokerUrl(password);
  const rendered = await progress.step("Rendering the Pulumi program", () =>
    renderProgram({
      program: options.program ?? join(REPOSITORY, "examples", "basic"),
      config: { ...programConfig(https.port), ...options.config },
      secretConfig: { brokerUrl: url },
      showSecrets: true,
    }),
  );
  const objects = options.mutate?.(structuredClone(rendered)) ?? rendered;
  const recipes = recipesFor(installation.python);
  const broker = await progress.step("Starting Redis", () => startBroker(sandbox, password));
  const worker =
    options.worker === false ? undefined : await startWorker(sandbox, flowerRecipe(installation.python), url);
  const pod = await progress.step("Starting the pod", () => Pod.start({ sandbox, objects, recipes }));
  const controller = await progress.step("Starting the ingress controller", () =>
    Controller.start(sandbox, https, http, { objects, pod: endpointOf(pod) }),
  );
  if (worker) await progress.step("Waiting for the Celery worker", () => worker.untilLogged(WORKER_READY, 60));
  return { sandbox, pod, objects, recipes, broker, worker, controller, ports: { https: https.port, http: http.port } };
}

function endpointOf(pod: Pod): Endpoint {
  return { address: pod.address, labels: pod.plan.identity.labels, ports: pod.namedPorts };
}

/** Writes the connection for other programs. */
function publish({ objects, pod, ports }: Parts, file: string): Connection {
  const files = connectionFiles(file);
  const connection = describeConnection({ objects, pod, hosts: HOSTS, address: HOST_ADDRESS, ports, caFile: files.ca });
  writeConnection(files, connection, certificateAuthority(objects, HOSTS.viewer));
  return connection;
}

/** Starts a demo; the same as `Demo.start`. */
export function startDemo(options: DemoOptions = {}): Promise<Demo> {
  return Demo.start(options);
}
