import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, parse } from "node:path";
import { objectsOfKind, type KubernetesObject, type Pod } from "../pod";

/** Somebody who can log in. */
export interface DemoUser {
  name: string;
  password: string;
  role: "viewer" | "admin";
}

/** What a program needs to use the dashboard: the content of `.demo/connection.json`. */
export interface Connection {
  url: string;
  adminUrl: string;
  httpUrl: string;
  /** PEM file of the authority behind the public certificate. */
  caFile: string;
  users: DemoUser[];
  /** Where to dial the host names. */
  address: string;
  ports: { https: number; http: number };
  /** The pod in the demo's own network, which only processes in the sandbox reach. */
  pod: { address: string; ports: Record<string, number> };
  /** The process that the demo ends with. */
  pid: number;
}

/** What a connection is described from. */
export interface ConnectionInput {
  objects: readonly KubernetesObject[];
  pod: Pod;
  hosts: { viewer: string; admin: string };
  address: string;
  ports: { https: number; http: number };
  caFile: string;
}

/** Reads the connection off what was rendered. */
export function describeConnection({ objects, pod, hosts, address, ports, caFile }: ConnectionInput): Connection {
  const url = (scheme: string, host: string, port: number, usual: number): string =>
    `${scheme}://${host}${port === usual ? "" : `:${port}`}${pathOf(host, objects)}`;
  return {
    url: url("https", hosts.viewer, ports.https, 443),
    adminUrl: url("https", hosts.admin, ports.https, 443),
    httpUrl: url("http", hosts.viewer, ports.http, 80),
    caFile,
    users: [...usersOf("viewer", pod), ...usersOf("admin", pod)],
    address,
    ports,
    pod: { address: pod.address, ports: portsOf(pod) },
    pid: process.pid,
  };
}

function pathOf(host: string, objects: readonly KubernetesObject[]): string {
  for (const ingress of objectsOfKind(objects, "Ingress")) {
    const { rules = [] } = ingress.spec as { rules?: { host?: string; http?: { paths: { path?: string }[] } }[] };
    const path = rules.find((rule) => rule.host === host)?.http?.paths[0]?.path;
    if (path !== undefined) return `${path.replace(/\/+$/, "")}/`;
  }
  throw new Error(`No Ingress was rendered for the host "${host}".`);
}

/** The users are what the role's process gets: the files of the volume that holds its Secret. */
function usersOf(role: DemoUser["role"], pod: Pod): DemoUser[] {
  const volume = pod.plan.volumes.find(({ name }) => name === `${role}-users`);
  if (volume?.kind !== "files") return [];
  return volume.files.map((file) => ({ name: file.path, password: file.content.toString("utf8"), role }));
}

function portsOf(pod: Pod): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const container of pod.plan.containers) {
    Object.assign(ports, container.ports);
    const flower = Number(container.environment.FLOWER_PORT);
    if (Number.isInteger(flower)) ports[container.name.replace(/^flower-/, "")] = flower;
  }
  return ports;
}

/** The folder in which nothing but a demo keeps files. */
const OWN_FOLDER = ".demo";

/** Paths of the two files of a running demo. */
export interface ConnectionFiles {
  connection: string;
  ca: string;
}

/** The files of a demo whose connection file is named. */
export function connectionFiles(connection: string): ConnectionFiles {
  const { dir, name } = parse(connection);
  // Beside one that was chosen, somebody else's ca.crt may stand.
  return { connection, ca: join(dir, basename(dir) === OWN_FOLDER ? "ca.crt" : `${name}.ca.crt`) };
}

/** Throws if the file is that of a demo that is up: two would overwrite, and in the end remove, each other's. */
export function refuseSecondDemo({ connection }: ConnectionFiles): void {
  const pid = ownerOf(connection);
  if (pid === undefined || pid === process.pid || !isAlive(pid)) return;
  throw new Error(
    `A demo is up already, as process ${pid}: stop it with Ctrl-C, or start this one with \`--connection FILE\` and other ports ` +
      `(if that process is no demo, remove ${connection}).`,
  );
}

function ownerOf(file: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(file, "utf8")) as Partial<Connection>;
    return pid;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Writes both files; the connection, which has passwords, is readable by its owner only, and complete from the start. */
export function writeConnection(files: ConnectionFiles, connection: Connection, ca: Buffer): void {
  mkdirSync(dirname(files.connection), { recursive: true, mode: 0o700 });
  writeFileSync(files.ca, ca, { mode: 0o644 });
  const temporary = `${files.connection}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, files.connection);
}

/** Removes both files, and the demo's own folder if nothing else is in it. */
export function removeConnection(files: ConnectionFiles): void {
  for (const file of [files.connection, files.ca]) rmSync(file, { force: true });
  const folder = dirname(files.connection);
  if (basename(folder) !== OWN_FOLDER) return;
  try {
    rmdirSync(folder);
  } catch {
    // Somebody keeps something else there.
  }
}
