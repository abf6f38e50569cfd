import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RootEntry } from "./bubblewrap";
import type { PodPlan } from "./plan";
import { PRIVATE_DIRECTORY, type Sandbox } from "./sandbox";
import { safeRelativePath, type VolumePlan } from "./volumes";

const ROOT_ENTRIES = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

/** The entries of this machine's root that its programs need, besides /usr. */
export function readRootEntries(): RootEntry[] {
  return ROOT_ENTRIES.flatMap((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return [{ path, link: stat.isSymbolicLink() ? readlinkSync(path) : undefined }];
  });
}

/** The files that a kubelet and an image put in /etc. */
export function etcFiles(
  plan: Pick<PodPlan, "hostname" | "hostAliases" | "identity">,
  users: readonly number[],
): Record<string, string> {
  const { identity, hostname } = plan;
  const aliases = plan.hostAliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`).join("");
  const domains = [`${identity.namespace}.svc.cluster.local`, "svc.cluster.local", "cluster.local"];
  const extraUsers = [...new Set(users)].filter((uid) => uid !== 0);
  return {
    hosts: `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${identity.address}\t${hostname}\n${aliases}`,
    hostname: `${hostname}\n`,
    "resolv.conf": `nameserver ${identity.nodeAddress}\nsearch ${domains.join(" ")}\noptions ndots:5\n`,
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    passwd: [
      "root:x:0:0::/:/sbin/nologin",
      ...extraUsers.map((uid) => `app${uid}:x:${uid}:${uid}::/:/sbin/nologin`),
      "",
    ].join("\n"),
    group: ["root:x:0:", ...extraUsers.map((uid) => `app${uid}:x:${uid}:`), ""].join("\n"),
  };
}

/**
 * Makes a folder and those above it, up to a base that exists. Not with Node's own `recursive`: below /proc/<pid> of a process that has ended,
 * as a sandbox may at any time, that never returns (it retries for ever on ENOENT).
 */
function makeDirectory(base: string, path: string): string {
  let directory = base;
  for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
    directory = join(directory, name);
    if (!existsSync(directory)) mkdirSync(directory, { mode: 0o755 });
  }
  return directory;
}

/** Writes files that everybody in the container may read; returns the directory as the sandbox sees it. */
export function writeDirectory(
  sandbox: Sandbox,
  name: string,
  files: Readonly<Record<string, string | Buffer>>,
): string {
  const outside = makeDirectory(sandbox.directory, name);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(outside, file), content, { mode: 0o644 });
  return join(PRIVATE_DIRECTORY, name);
}

/**
 * Lays a volume out and returns its directory as the sandbox sees it. Nothing of it is on a disk, and nothing of it is outside the
 * sandbox's own mounts.
 */
export async function writeVolume(
  sandbox: Sandbox,
  directory: string,
  volume: VolumePlan,
  fsGroup: number | undefined,
): Promise<string> {
  if (volume.kind === "claim") return writeClaim(sandbox, join("claims", volume.claim), fsGroup);
  const inside = join(PRIVATE_DIRECTORY, directory, volume.name);
  const outside = makeDirectory(sandbox.directory, join(directory, volume.name));
  if (volume.kind === "memory") {
    const size = volume.bytes === undefined ? "" : `,size=${volume.bytes}`;
    await sandbox.run(["mount", "-t", "tmpfs", "-o", `mode=0777${size}`, volume.name, inside], { env: {} });
    giveToGroup(sandbox, outside, fsGroup);
    // The kubelet's modes: anybody may write, and what is written belongs to the pod's group.
    chmodSync(outside, fsGroup === undefined ? 0o777 : 0o2777);
    return inside;
  }
  const version = join(outside, "..2000_01_01_00_00_00.000000001");
  mkdirSync(version, { mode: 0o755 });
  for (const file of volume.files) {
    const path = join(makeDirectory(version, dirname(file.path)), basename(file.path));
    writeFileSync(path, file.content, { mode: 0o600 });
    chmodSync(path, file.mode);
    giveToGroup(sandbox, path, fsGroup);
  }
  linkFiles(outside, version, volume.files);
  chmodSync(outside, 0o755);
  return inside;
}

/** The volume of a claim, as the kubelet hands it to a pod with an fsGroup, each time: root's, and open to the group. */
function writeClaim(sandbox: Sandbox, directory: string, fsGroup: number | undefined): string {
  const outside = makeDirectory(sandbox.directory, directory);
  giveToGroup(sandbox, outside, fsGroup);
  chmodSync(outside, 0o2775);
  return join(PRIVATE_DIRECTORY, directory);
}

/** A folder of a volume that a mount names; the kubelet makes it with the volume's own mode. */
export function writeSubPath(sandbox: Sandbox, volume: string, subPath: string): string {
  const base = join(sandbox.directory, volume.slice(PRIVATE_DIRECTORY.length));
  const { gid, mode } = lstatSync(base);
  const outside = join(base, safeRelativePath(subPath, volume));
  if (!existsSync(outside)) {
    makeDirectory(base, subPath);
    if (sandbox.privilege === "root") chownSync(outside, 0, gid);
    chmodSync(outside, mode & 0o7777);
  }
  return join(volume, subPath);
}

/** The kubelet shows each file through `..data`, so that an update switches all at once; programs see these entries too. */
function linkFiles(directory: string, version: string, files: readonly { path: string }[]): void {
  symlinkSync(version.slice(directory.length + 1), join(directory, "..data"));
  for (const entry of new Set(files.map((file) => file.path.split("/")[0] ?? file.path))) {
    symlinkSync(join("..data", entry), join(directory, entry));
  }
}

function giveToGroup(sandbox: Sandbox, path: string, group: number | undefined): void {
  if (sandbox.privilege === "root" && group !== undefined) chownSync(path, 0, group);
}
