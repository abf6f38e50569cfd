import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { podSpecOf } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

const CONTAINERS = ["flower-viewer", "flower-admin", "nginx"];

/** Every process of the pod. */
function processes(stack: Stack): { container: string; pid: number }[] {
  return CONTAINERS.flatMap((container) => stack.demo.pod.pids(container).map((pid) => ({ container, pid })));
}

function statusOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, "utf8").trim().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(":\t").map((part) => part.trim()) as [string, string]));
}

function privileges(stack: Stack): void {
  const found: string[] = [];
  for (const { container, pid } of processes(stack)) {
    const status = statusOf(pid);
    const expected: Record<string, string> = { NoNewPrivs: "1" };
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) expected[set] = "0000000000000000";
    // A normal user's sandbox has one user for all.
    if (stack.demo.sandbox.privilege === "root") {
      const id = container === "nginx" ? "101" : "1000";
      Object.assign(expected, { Uid: `${id}\t${id}\t${id}\t${id}`, Gid: `${id}\t${id}\t${id}\t${id}`, Groups: "1000" });
    }
    for (const [field, value] of Object.entries(expected)) {
      if (status[field] !== value) found.push(`${container} ${pid}: ${field} is ${status[field]}`);
    }
  }
  assert.ok(processes(stack).length >= 5);
  assertNone("privileges that nobody needs", found);
}

/** Where a process may write: memory that ends with the container, and what every container has. */
const WRITABLE = /^\/(tmp|proc|dev|dev\/(shm|pts|console|null|zero|full|random|urandom|tty))$/;

function files(stack: Stack): void {
  const found: string[] = [];
  for (const container of CONTAINERS) {
    const [pid] = stack.demo.pod.pids(container);
    for (const line of readFileSync(`/proc/${pid}/mountinfo`, "utf8").trim().split("\n")) {
      const [, , , , point = "", options = ""] = line.split(" ");
      if (!options.split(",").includes("ro") && !WRITABLE.test(point))
        found.push(`${container}: ${point} (${options})`);
    }
    if (stack.demo.sandbox.privilege === "root") found.push(...written(container, pid ?? 0));
  }
  assertNone("places that can be written to", found);
}

/** Tries it, with all of root's rights: only a mount that is read-only holds against that. */
function written(container: string, pid: number): string[] {
  const touch = (path: string): string => {
    try {
      execFileSync("nsenter", [`--target=${pid}`, "--mount", "--", "touch", path], { stdio: "pipe" });
      return "written";
    } catch (error) {
      return String((error as { stderr?: Buffer }).stderr);
    }
  };
  const places = [
    "/x",
    "/etc/x",
    "/usr/x",
    "/run/x",
    container === "nginx" ? "/etc/nginx/secure-flower/x" : "/etc/secure-flower/x",
  ];
  return places
    .map((path) => [path, touch(path)] as const)
    .filter(([, outcome]) => !/Read-only file system/.test(outcome))
    .map(([path, outcome]) => `${container}: ${path}: ${outcome}`);
}

function token(stack: Stack): void {
  const found: string[] = [];
  for (const { container, pid } of processes(stack)) {
    if (existsSync(`/proc/${pid}/root/var/run/secrets/kubernetes.io`)) found.push(`${container}: a token is mounted`);
    const links = readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .filter((entry) => /_SERVICE_(HOST|PORT)|_PORT=tcp:/.test(entry));
    found.push(...links.map((entry) => `${container}: ${entry}`));
  }
  // There is no API server here that would mount one: what keeps it away in a cluster is this field.
  if (podSpecOf(stack.objects).automountServiceAccountToken !== false) found.push("a cluster would mount a token");
  assertNone("ways to learn of the cluster", found);
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, on the rendered pod; a cluster's admission is asked on a cluster. */
function restricted(stack: Stack): void {
  const pod = podSpecOf(stack.objects);
  const context = pod.securityContext as Record<string, unknown>;
  const found: string[] = [];
  if (context.runAsNonRoot !== true) found.push("runAsNonRoot");
  if ((context.seccompProfile as { type?: string } | undefined)?.type !== "RuntimeDefault")
    found.push("seccompProfile");
  if (JSON.stringify(pod.volumes).includes("hostPath")) found.push("hostPath");
  for (const { name, securityContext: own, resources } of [...(pod.initContainers ?? []), ...pod.containers]) {
    if (own.allowPrivilegeEscalation !== false) found.push(`${name}: allowPrivilegeEscalation`);
    if (own.readOnlyRootFilesystem !== true) found.push(`${name}: readOnlyRootFilesystem`);
    if (own.privileged === true || own.runAsUser === 0) found.push(`${name}: privileged`);
    if (JSON.stringify(own.capabilities) !== '{"drop":["ALL"]}') found.push(`${name}: capabilities`);
    if ((resources as { limits?: { memory?: string } }).limits?.memory === undefined)
      found.push(`${name}: no limit of memory`);
  }
  assertNone("fields that Pod Security or we refuse", found);
}

const control = "pod";

export const attacks: readonly Attack[] = [
  { control, title: "no process of the pod is root, has a capability, or can get one", run: privileges },
  { control, title: "no process of the pod can write anywhere but in its own memory volume", run: files },
  { control, title: "the pod has no token and no variables that tell of Services", run: token },
  {
    control,
    title: "the pod is what Pod Security calls restricted, and every container's memory is bounded",
    on: "objects",
    run: restricted,
  },
];
