import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bubblewrapCommand, type ContainerLayout } from "./bubblewrap";
import { type LogBuffer, LogPipe } from "./logs";
import { PRIVATE_DIRECTORY, type Sandbox } from "./sandbox";

/** What a container is started from. */
export interface ContainerOptions extends ContainerLayout {
  /** Unique in the sandbox; may have a folder of the private directory before it. */
  name: string;
  environment: Record<string, string>;
  network: "cluster" | "pod";
  stopSignal: NodeJS.Signals;
  /** Descriptors of this program that the container's inherits as 3, 4, … */
  inherited?: readonly number[];
}

/** How a container's program ended: its exit code, 128 + n for signal n. */
export interface Exit {
  code: number;
}

/** A program in a container of its own; it can be started again after it has ended. */
export class Container {
  private readonly pipe: LogPipe;
  private child: ChildProcess | undefined;
  private ended: Promise<Exit> | undefined;

  private constructor(
    private readonly sandbox: Sandbox,
    private readonly options: ContainerOptions,
    pipePath: string,
  ) {
    this.pipe = new LogPipe(pipePath);
  }

  /** Prepares a container without starting it. */
  static async create(sandbox: Sandbox, options: ContainerOptions): Promise<Container> {
    const file = `${options.name}.log`;
    const path = join(sandbox.directory, file);
    if (!existsSync(path)) await sandbox.run(["mkfifo", "--mode=600", join(PRIVATE_DIRECTORY, file)], { env: {} });
    // Its owner must be able to open /dev/stdout again, as the runtimes of a cluster arrange it.
    if (sandbox.privilege === "root") chownSync(path, options.uid, options.gid);
    return new Container(sandbox, options, path);
  }

  /** The container's name. */
  get name(): string {
    return this.options.name;
  }

  /** What it has written, over all its starts. */
  get log(): LogBuffer {
    return this.pipe.buffer;
  }

  /** Whether its program is running. */
  get running(): boolean {
    return this.child !== undefined;
  }

  /** Starts the program; returns how it ends, when it does. */
  start(): Promise<Exit> {
    const { options } = this;
    const command = bubblewrapCommand(options, this.sandbox.privilege);
    const child = this.pipe.withWriter((descriptor) =>
      this.sandbox.exec(command, {
        network: options.network,
        env: options.environment,
        stdio: ["ignore", descriptor, descriptor, ...(options.inherited ?? [])],
        cwd: "/",
      }),
    );
    this.child = child;
    this.ended = once(child, "exit").then(([code]: (number | null)[]) => {
      if (this.child === child) this.child = undefined;
      this.pipe.drain();
      return { code: code ?? 137 };
    });
    return this.ended;
  }

  /** Resolves when the log has the pattern; rejects, with the log's end, when the program ends first or takes too long. */
  async untilLogged(pattern: RegExp, seconds: number): Promise<void> {
    const ended = this.ended?.then(({ code }) => {
      throw new Error(`"${this.name}" ended with code ${code}. Its log ends with:\n${this.log.tail()}`);
    });
    await Promise.race([this.log.waitFor(pattern, seconds), ...(ended === undefined ? [] : [ended])]);
  }

  /** Host process ids of the program and its children, the program first. */
  pids(): number[] {
    // The first is bubblewrap itself, which waits outside for the program.
    return this.child === undefined ? [] : this.sandbox.descendantsOf(this.child).slice(1);
  }

  /** Asks the program to stop, and kills it if it has not after the grace period. */
  async stop(graceSeconds: number): Promise<void> {
    const { ended } = this;
    if (ended === undefined || !this.running) return;
    this.signal(this.options.stopSignal);
    const timer = new AbortController();
    const late = sleep(graceSeconds * 1000, true, { signal: timer.signal }).catch(() => false);
    const inTime = ended.then(() => timer.abort());
    if (await late) this.signal("SIGKILL");
    await inTime;
    await ended;
  }

  /** Frees what reading the log takes. */
  close(): void {
    this.pipe.close();
  }

  private signal(name: NodeJS.Signals): void {
    const [program] = this.pids();
    if (program !== undefined) return sendSignal(program, name);
    // There is no program yet that could be asked: bubblewrap is still setting up.
    const { child } = this;
    if (child?.pid !== undefined)
      [child.pid, ...this.sandbox.descendantsOf(child)].forEach((pid) => sendSignal(pid, "SIGKILL"));
  }
}

function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended in the meantime.
  }
}
