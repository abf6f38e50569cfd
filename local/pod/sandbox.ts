import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Privilege } from "./bubblewrap";
import { Connector, type Destination } from "./connector";
import { networkCommands, POD_NETWORK, podNetworkCommands } from "./network";
import { descendants } from "./processes";
import { collect, CommandError } from "./command";

/** How a command is run inside the sandbox. */
export interface EnterOptions {
  /** Which network it sees: the cluster's (default) or the pod's own. */
  network?: "cluster" | "pod";
  env?: Record<string, string | undefined>;
  /** What child_process.spawn takes; default: nothing in, output piped. */
  stdio?: StdioOptions;
  /** Working directory; default: that of this process. */
  cwd?: string;
}

/** Where the sandbox keeps its files; this path is a memory file system that only the sandbox has. */
export const PRIVATE_DIRECTORY = "/run/secure-flower";

/**
 * Process 1 of the sandbox. It lives as long as this program holds its standard input open: however this program ends, the kernel
 * closes that, process 1 removes the files it was told to and ends, and with it every process, mount and interface inside.
 * A signal for the parent's death would not do: the kernel clears it where a user namespace is entered.
 */
const INIT = `set -e
mount -t tmpfs -o mode=755 sandbox /run
mkdir ${PRIVATE_DIRECTORY}
ip -batch - >&2 <<'COMMANDS'
${networkCommands()}COMMANDS
ip -netns ${POD_NETWORK} -batch - >&2 <<'COMMANDS'
${podNetworkCommands()}COMMANDS
echo ready
cat >/dev/null
rm -rf -- "$@"
exit 0`;

const UNSHARE = ["unshare", "--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"];
const AS_USER = ["unshare", "--user", "--map-root-user"];

/** Namespaces of their own for network, processes and mounts, in which the pod and everything around it run. */
export class Sandbox {
  private connector: Promise<Connector> | undefined;
  private stopping = false;

  private constructor(
    private readonly init: ChildProcess,
    /** Whether the sandbox was made by root, with separate users inside, or by a normal user. */
    readonly privilege: Privilege,
  ) {}

  /**
   * Makes a sandbox.
   *
   * @param leftovers - paths to remove when the sandbox ends, in whichever way this program ends
   */
  static async start(leftovers: readonly string[] = []): Promise<Sandbox> {
    const privilege: Privilege = process.getuid?.() === 0 ? "root" : "user";
    const [command, ...args] = [...(privilege === "user" ? AS_USER : []), ...UNSHARE] as [string, ...string[]];
    const argv = [...args, "--", "sh", "-c", INIT, "sandbox-init", ...leftovers];
    const init = spawn(command, argv, { stdio: ["pipe", "pipe", "pipe"], detached: true, cwd: "/" });
    init.stdin.on("error", () => undefined);
    const errors = collect(init.stderr);
    const started = await Promise.race([
      once(init.stdout, "data").then(() => true),
      once(init, "exit").then(() => false),
      once(init, "error").then(() => false),
    ]).catch(() => false);
    if (!started) throw new Error(refusal(privilege, (await errors).trim()));
    init.stdout.destroy();
    return new Sandbox(init, privilege);
  }

  /** Whether it is still there. */
  get running(): boolean {
    return !this.stopping && this.init.exitCode === null && this.init.signalCode === null;
  }

  /** The sandbox's private directory as this program can reach it, from outside. */
  get directory(): string {
    return join(`/proc/${this.init.pid}/root`, PRIVATE_DIRECTORY);
  }

  /** Starts a command inside; signals sent to the returned process do not reach the command, so use `descendantsOf`. */
  exec(argv: readonly string[], options: EnterOptions = {}): ChildProcess {
    const namespaces = `/proc/${this.init.pid}/ns`;
    const network =
      options.network === "pod" ? `/proc/${this.init.pid}/root/run/netns/${POD_NETWORK}` : `${namespaces}/net`;
    const enter = [
      ...(this.privilege === "user" ? [`--user=${namespaces}/user`, "--preserve-credentials"] : []),
      ...[`--net=${network}`, `--mount=${namespaces}/mnt`, `--pid=${namespaces}/pid_for_children`],
    ];
    return spawn(
      "/usr/bin/nsenter",
      [...enter, "--", "/usr/bin/env", `--chdir=${options.cwd ?? process.cwd()}`, ...argv],
      {
        env: options.env ?? process.env,
        stdio: options.stdio ?? ["ignore", "pipe", "pipe"],
        // Ctrl-C in a terminal goes to its whole process group; who is inside is stopped in order, by this program.
        detached: true,
      },
    );
  }

  /** Runs a command inside to its end and returns its output; throws with its error output if it fails. */
  async run(argv: readonly string[], options: EnterOptions = {}): Promise<string> {
    const child = this.exec(argv, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const [output, errors, [code]] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      once(child, "exit") as Promise<[number | null]>,
    ]);
    if (code !== 0) throw new CommandError(argv, code, errors);
    return output;
  }

  /** Opens a TCP connection from inside the sandbox, from whichever of its addresses; the socket works in this program. */
  async connect(destination: Destination): Promise<Socket> {
    this.connector ??= Connector.of(
      this.exec([process.execPath, join(__dirname, "dialler.mjs")], {
        env: {},
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      }),
    );
    return (await this.connector).connect(destination);
  }

  /** Host process ids of everything that a process started with `exec` has started. */
  descendantsOf(child: ChildProcess): number[] {
    return child.pid === undefined ? [] : descendants(child.pid);
  }

  /** Ends everything inside. */
  async stop(): Promise<void> {
    if (this.init.exitCode !== null || this.init.signalCode !== null) return;
    this.stopping = true;
    const ended = once(this.init, "exit");
    this.init.stdin?.end();
    await ended;
  }
}

function refusal(privilege: Privilege, reason: string): string {
  const said = reason === "" ? "" : ` (${reason.split("\n").at(-1)})`;
  return privilege === "root"
    ? `This machine does not let root make network and mount namespaces${said}: in a container, start that one with --privileged.`
    : `This machine does not let you make user namespaces${said}: run the demo as root, or allow them with ` +
        "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu) or " +
        "`sudo sysctl -w kernel.unprivileged_userns_clone=1` (Debian).";
}
