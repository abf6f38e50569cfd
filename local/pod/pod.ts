import { join } from "node:path";
import type { Bind, RecipeFinder } from "./images";
import { Container } from "./container";
import { etcFiles, readRootEntries, writeDirectory, writeSubPath, writeVolume } from "./layout";
import { ADDRESSES } from "./network";
import type { KubernetesObject } from "./objects";
import { planPod, type ContainerPlan, type PodPlan } from "./plan";
import { PRIVATE_DIRECTORY, type Sandbox } from "./sandbox";
import { SupervisedContainer } from "./supervised";

/** What a pod is brought up from. */
export interface PodOptions {
  sandbox: Sandbox;
  /** Rendered objects: one Deployment and the Secrets, ConfigMaps and Services that it refers to. */
  objects: readonly KubernetesObject[];
  /** What stands in for the images. */
  recipes: RecipeFinder;
  /** How long the containers may take to become ready; 60 by default. */
  readySeconds?: number;
}

let podsStarted = 0;

/** A running pod. */
export class Pod {
  private readonly supervised = new Map<string, SupervisedContainer>();
  private readonly logsOfInit = new Map<string, string>();

  private constructor(
    private readonly sandbox: Sandbox,
    /** What was read from the manifest. */
    readonly plan: PodPlan,
    private readonly directory: string,
  ) {}

  /**
   * Brings a pod up: volumes, init containers in order, then the containers; resolves when all are ready, and rejects, with the log of the
   * one that failed, when they cannot be. A sandbox has room for one pod at a time.
   */
  static async start(options: PodOptions): Promise<Pod> {
    const plan = planPod(options.objects, options.recipes, ADDRESSES);
    const pod = new Pod(options.sandbox, plan, `pod-${++podsStarted}`);
    try {
      await pod.bringUp(options.readySeconds ?? 60);
      return pod;
    } catch (error) {
      await pod.kill();
      throw error;
    }
  }

  /** The pod's address in the sandbox. */
  get address(): string {
    return this.plan.identity.address;
  }

  /** Fields of the manifest that have no effect on this machine, by path. */
  get notApplied(): readonly string[] {
    return this.plan.notApplied;
  }

  /** Whether every container is ready. */
  get ready(): boolean {
    return [...this.supervised.values()].every((container) => container.ready);
  }

  /** Names of the containers and, before them, the init containers. */
  get containerNames(): string[] {
    return [...this.plan.initContainers, ...this.plan.containers].map((container) => container.name);
  }

  /** Ports of all containers by name, as a Service looks them up. */
  get namedPorts(): Record<string, number> {
    return Object.assign({}, ...this.plan.containers.map((container) => container.ports)) as Record<string, number>;
  }

  /** What a container, or an init container, has written. */
  logs(name: string): string {
    return this.logsOfInit.get(name) ?? this.container(name).container.log.text;
  }

  /** Host process ids of a container, its program first. */
  pids(name: string): number[] {
    return this.container(name).container.pids();
  }

  /** How often a container was started again. */
  restarts(name: string): number {
    return this.container(name).restarts;
  }

  /** Resolves when all containers are ready. */
  async untilReady(seconds: number): Promise<void> {
    await Promise.all([...this.supervised.values()].map((container) => container.untilReady(seconds)));
  }

  /** Stops all containers as a kubelet does: their stop signal, the grace period, then no mercy. */
  async stop(): Promise<void> {
    await this.end(true);
  }

  /** Stops all containers at once. */
  async kill(): Promise<void> {
    await this.end(false);
  }

  private async end(gracefully: boolean): Promise<void> {
    await Promise.all([...this.supervised.values()].map((container) => container.stop(gracefully)));
    const inside = join(PRIVATE_DIRECTORY, this.directory);
    const memory = this.plan.volumes.filter(({ kind }) => kind === "memory");
    // Without complaint: a pod that failed half-way has not mounted all of them.
    const unmount = memory.map(({ name }) => `umount -l ${join(inside, "volumes", name)} 2>/dev/null`);
    await this.sandbox.run(["sh", "-c", [...unmount, `rm -rf ${inside}`].join("\n")], {
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    });
  }

  private container(name: string): SupervisedContainer {
    const found = this.supervised.get(name);
    if (found === undefined)
      throw new Error(`The pod has no container "${name}"; it has: ${this.containerNames.join(", ")}.`);
    return found;
  }

  private async bringUp(readySeconds: number): Promise<void> {
    const { plan } = this;
    const common = await this.writeFiles();
    for (const init of plan.initContainers) await this.runToEnd(init, common);
    for (const container of plan.containers) {
      const made = await this.make(container, common);
      this.supervised.set(
        container.name,
        new SupervisedContainer(this.sandbox, container, this.address, made, plan.graceSeconds),
      );
    }
    for (const container of this.supervised.values()) container.start();
    await this.untilReady(readySeconds);
  }

  private async writeFiles(): Promise<{ etc: Bind[]; volumes: Map<string, string> }> {
    const { plan } = this;
    const volumes = new Map<string, string>();
    for (const volume of plan.volumes) {
      volumes.set(volume.name, await writeVolume(this.sandbox, join(this.directory, "volumes"), volume, plan.fsGroup));
    }
    const users = [...plan.initContainers, ...plan.containers].map(({ uid }) => uid);
    const files = etcFiles(plan, users);
    const etc = writeDirectory(this.sandbox, join(this.directory, "etc"), files);
    return {
      etc: Object.keys(files).map((file) => ({ source: join(etc, file), target: `/etc/${file}`, readOnly: true })),
      volumes,
    };
  }

  private async runToEnd(plan: ContainerPlan, common: { etc: Bind[]; volumes: Map<string, string> }): Promise<void> {
    const container = await this.make(plan, common);
    const { code } = await container.start();
    this.logsOfInit.set(plan.name, container.log.text);
    container.close();
    if (code !== 0) {
      throw new Error(`The init container "${plan.name}" failed with code ${code}. Its log:\n${container.log.tail()}`);
    }
  }

  private make(plan: ContainerPlan, common: { etc: Bind[]; volumes: Map<string, string> }): Promise<Container> {
    const mounts = plan.mounts.map((mount): Bind => {
      const source = common.volumes.get(mount.volume);
      if (source === undefined)
        throw new Error(`The container "${plan.name}" mounts "${mount.volume}": no such volume.`);
      const folder = mount.subPath === undefined ? source : writeSubPath(this.sandbox, source, mount.subPath);
      return { source: folder, target: mount.path, readOnly: mount.readOnly };
    });
    return Container.create(this.sandbox, {
      ...plan,
      name: join(this.directory, plan.name),
      hostname: this.plan.hostname,
      root: readRootEntries(),
      binds: [...plan.binds, ...common.etc, ...mounts],
      network: "pod",
    });
  }
}
