import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Pod } from "../../../local/pod";
import { askPod, PREFIX } from "../client/client";
import { withFeatures } from "../client/features";
import { logInOf, ROLES, type Role } from "../client/logIns";
import { objectNamed, specOf } from "../client/objects";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { imageVenv } from "../flower-scripts/venvs";
import { assertNone, type Attack } from "./attack";

const MAKER = join(__dirname, "..", "flower-scripts", "make_history.py");

/** A role's folder of the volume, seen from outside. */
function folderOf(stack: Stack, role: Role): string {
  return join(stack.demo.sandbox.directory, "claims", "queues-history", role);
}

async function knows(stack: Stack, role: Role, task: string): Promise<boolean> {
  const target = `${PREFIX}/api/task/info/${task}`;
  return (await askPod(stack, { to: role, as: logInOf(stack.objects, role), target })).status === 200;
}

async function restart(stack: Stack): Promise<void> {
  const sent = await askPod(stack, {
    to: "admin",
    as: logInOf(stack.objects, "admin"),
    method: "POST",
    target: `${PREFIX}/api/task/send-task/shop.send_receipt`,
    body: '{"args":[4712]}',
  });
  assert.equal(sent.status, 200, sent.body);
  const { "task-id": task } = JSON.parse(sent.body) as { "task-id": string };
  for (const role of ROLES) await until(`the ${role}s' Flower knows the task`, () => knows(stack, role, task));
  await stack.demo.roll(stack.objects);
  const forgotten: string[] = [];
  for (const role of ROLES) if (!(await knows(stack, role, task))) forgotten.push(role);
  assertNone("dashboards whose history is gone", forgotten);
}

/** Through /proc, as the processes see it. */
function folders(stack: Stack): void {
  const seen = ["flower-viewer", "flower-admin", "nginx"].flatMap((container) => {
    const path = `/proc/${stack.demo.pod.pids(container)[0]}/root/var/lib/flower`;
    return existsSync(path) ? [{ container, inode: statSync(path).ino, files: readdirSync(path) }] : [];
  });
  assert.deepEqual(
    seen.map(({ container, files }) => [container, files]),
    [
      ["flower-viewer", ["history"]],
      ["flower-admin", ["history"]],
    ],
  );
  assert.equal(new Set(seen.map(({ inode }) => inode)).size, 2, "the two processes share a folder");
}

/** Ends the pod, lets an attacker at the viewers' folder, and brings the pod up again; says what came of that. */
async function outcomeAfter(stack: Stack, change: (history: string) => Promise<void> | void): Promise<string> {
  const { sandbox, pod, recipes } = stack.demo;
  await pod.kill();
  const history = join(folderOf(stack, "viewer"), "history");
  await change(history);
  const outcome = await Pod.start({ sandbox, objects: stack.objects, recipes, readySeconds: 30 }).then(
    async (started) => {
      const log = started.logs("flower-viewer");
      await started.kill();
      return `the pod has started\n${log}`;
    },
    (error: unknown) => String(error),
  );
  return outcome;
}

async function cleanUp(stack: Stack): Promise<void> {
  rmSync(join(folderOf(stack, "viewer"), "history"), { recursive: true, force: true });
  await stack.roll(stack.objects);
}

async function link(stack: Stack): Promise<void> {
  try {
    const outcome = await outcomeAfter(stack, (history) => {
      rmSync(history, { recursive: true });
      mkdirSync(`${history}.elsewhere`, { recursive: true });
      symlinkSync("history.elsewhere", history);
    });
    assert.match(outcome, /history is a symbolic link, so somebody else may have written it/);
  } finally {
    rmSync(join(folderOf(stack, "viewer"), "history.elsewhere"), { recursive: true, force: true });
    await cleanUp(stack);
  }
}

async function hostile(stack: Stack): Promise<void> {
  const venv = await imageVenv();
  try {
    const outcome = await outcomeAfter(stack, (history) => {
      const { uid, gid } = statSync(history);
      rmSync(history, { recursive: true });
      const touched = "/var/lib/flower/history/executed";
      execFileSync(join(venv, "bin", "python"), [MAKER, "hostile", join(history, "flower.db"), touched]);
      for (const path of [history, ...readdirSync(history).map((name) => join(history, name))])
        chownSync(path, uid, gid);
    });
    assert.ok(!existsSync(join(folderOf(stack, "viewer"), "history", "executed")), "the attacker's command was run");
    assert.match(outcome, /the pod has started[^]*is no part of Flower's state/);
  } finally {
    await cleanUp(stack);
  }
}

function claim(stack: Stack): void {
  const spec = objectNamed(stack.objects, "PersistentVolumeClaim", "queues-history").spec as Record<string, unknown>;
  assert.equal(spec.storageClassName, "encrypted", "the claim names the class");
  assert.deepEqual(spec.accessModes, ["ReadWriteOncePod"]);
  const { strategy, replicas } = specOf(stack.objects, "Deployment");
  assert.deepEqual([strategy, replicas], [{ type: "Recreate" }, 1], "two pods could write one file");
}

const control = "persistence";
const setup = withFeatures;

export const attacks: readonly Attack[] = [
  { control, title: "a new pod shows the tasks of the old one, on both dashboards", setup, run: restart },
  { control, title: "each Flower sees a folder of its own, and nginx none", setup, run: folders },
  { control, title: "a history that is a link is not opened, and the pod says why", setup, run: link },
  { control, title: "a history that an attacker wrote runs nothing and locks nobody out", setup, run: hostile },
  { control, title: "the claim is of the named class, and has one writer", on: "objects", setup, run: claim },
];
