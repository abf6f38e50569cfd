import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  closeSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { succeed, until } from "./command";
import { ADDRESSES, paths, RANGES } from "./layout";

/** The namespaces in which the cluster runs. */
export interface Sandbox {
  /** First process of the process namespace: when it ends, everything ends. */
  readonly init: number;
  /** Its parent, which only waits for it. */
  readonly parent: number;
}

/** The kubelet changes these for the whole machine, whatever namespace it is in. */
const SYSCTLS = [
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
  "kernel/keys/root_maxbytes",
];

interface State extends Sandbox {
  /** The program of the first process: a number alone could be another process's by now. */
  readonly program: string;
  readonly sysctls: Readonly<Record<string, string>>;
}

/** What runs inside before anything else. Its mounts are private to the namespace: there is nothing to unmount afterwards. */
const PREPARE = `set -e
mount --make-rshared /
mount -t tmpfs -o mode=755,size=6g tmpfs /run
mkdir -p /run/netns /run/etcd /run/log /var/lib/cni
mount --bind /run/log /var/log
mount -t tmpfs tmpfs /var/lib/cni
ip link set lo up
ip netns add outside
ip link add node0 type veth peer name outside0 netns outside
ip addr add ${ADDRESSES.node}/24 dev node0
ip link set node0 up
nsenter --net=/run/netns/outside sh -e -c '
  ip link set lo up
  ip addr add ${ADDRESSES.internet}/32 dev lo
  ip addr add ${ADDRESSES.provider}/32 dev lo
  ip addr add ${ADDRESSES.metadata}/32 dev lo
  ip addr add ${ADDRESSES.stranger}/32 dev lo
  ip addr add ${ADDRESSES.client}/24 dev outside0
  ip addr add ${ADDRESSES.office}/24 dev outside0
  ip link set outside0 up
  ip route add ${ADDRESSES.loadBalancer}/32 via ${ADDRESSES.node} src ${ADDRESSES.client}
  ip route add ${RANGES.pods} via ${ADDRESSES.node} src ${ADDRESSES.client}'
ip route add default via ${ADDRESSES.client}
modprobe br_netfilter 2>/dev/null || true
for setting in ip_forward=1 conf.all.route_localnet=1; do sysctl -qw net.ipv4.$setting; done
sysctl -qw net.bridge.bridge-nf-call-iptables=1`;

/** Makes the namespaces, and remembers how to remove them. */
export async function startSandbox(init: string): Promise<Sandbox> {
  const sysctls = Object.fromEntries(SYSCTLS.map((name) => [name, readFileSync(`/proc/sys/${name}`, "utf8").trim()]));
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private"];
  const child = spawn("unshare", [...namespaces, init], { detached: true, stdio: "ignore" });
  child.unref();
  const parent = child.pid ?? 0;
  let first = 0;
  await until("the cluster's first process", 10, () => {
    first = Number(readProcess(parent, `task/${parent}/children`).trim());
    return first > 0 && programOf(first) === init;
  });
  const state: State = { init: first, parent, sysctls, program: init };
  writeFileSync(paths().state, JSON.stringify(state));
  await succeed([...inside(state), "sh", "-c", PREPARE]);
  return state;
}

/** The running cluster's namespaces, if it runs. */
export function findSandbox(): Sandbox | undefined {
  const state = readState();
  return state !== undefined && isRunning(state) && existsSync(outsideNetwork(state)) ? state : undefined;
}

/** Memory that the processes of the cluster hold, in MiB; what they share is counted for each. */
export function residentMebibytes({ init }: Sandbox): number {
  const namespace = (pid: string | number): string => readLink(`/proc/${pid}/ns/pid`);
  const own = namespace(init);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && namespace(name) === own);
  const kibibytes = pids.map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readProcess(Number(pid), "status"))?.[1] ?? 0));
  return Math.round(kibibytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/** Ends every process of the cluster and gives the machine its settings back. */
export async function stopSandbox(): Promise<void> {
  const state = readState();
  if (state === undefined) return;
  if (isRunning(state)) {
    process.kill(state.init, "SIGKILL");
    // The kernel lets go of it only when every other process of its namespace has ended.
    await until("the end of the cluster's processes", 30, () => !existsSync(`/proc/${state.init}`));
  }
  for (const [name, value] of Object.entries(state.sysctls)) writeFileSync(join("/proc/sys", name), value);
}

/** What goes before a command that runs on the node. */
export function inside({ init }: Sandbox): string[] {
  return ["nsenter", "--target", String(init), "--net", "--mount", "--pid", "--"];
}

/** What goes before a command that runs as a client of the cluster: on this machine's files, in the other network. */
export function outside(sandbox: Sandbox): string[] {
  return ["nsenter", `--net=${outsideNetwork(sandbox)}`, "--"];
}

/** Starts a program on the node, which goes on when we end. What it writes goes into a log of its name. */
export function startOnNode(sandbox: Sandbox, name: string, argv: readonly string[]): void {
  mkdirSync(paths().logs, { recursive: true });
  const log = openSync(join(paths().logs, `${name}.log`), "a", 0o600);
  const [command = "", ...args] = [...inside(sandbox), ...argv];
  const env = { PATH: `${paths().bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: "/root" };
  const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log], env });
  child.on("error", (error) => writeFileSync(log, `${error.message}\n`));
  child.unref();
  closeSync(log);
}

function outsideNetwork({ init }: Sandbox): string {
  return `/proc/${init}/root/run/netns/outside`;
}

function isRunning({ init, program }: State): boolean {
  return programOf(init) === program;
}

function programOf(pid: number): string {
  return readLink(`/proc/${pid}/exe`);
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function readState(): State | undefined {
  try {
    return JSON.parse(readFileSync(paths().state, "utf8")) as State;
  } catch {
    return undefined;
  }
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
