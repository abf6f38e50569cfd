import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { askPod, PREFIX, type Ask } from "../client/client";
import { withFeatures } from "../client/features";
import { logInOf, ROLES, type Role } from "../client/logIns";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { assertNone, type Attack } from "./attack";

/** A text that comes in as an argument, and goes out as part of a result and of an exception. */
const newCanary = (): string => `canary${randomBytes(8).toString("hex")}`;

async function send(stack: Stack, task: string, body: object): Promise<string> {
  const answer = await askPod(stack, {
    to: "admin",
    as: logInOf(stack.objects, "admin"),
    method: "POST",
    target: `${PREFIX}/api/task/send-task/${task}`,
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200, answer.body);
  return (JSON.parse(answer.body) as { "task-id": string })["task-id"];
}

interface Info {
  state?: string;
  args?: string;
}

async function infoOf(stack: Stack, role: Role, task: string): Promise<Info> {
  const target = `${PREFIX}/api/task/info/${task}`;
  const { status, body } = await askPod(stack, { to: role, as: logInOf(stack.objects, role), target });
  return status === 200 ? (JSON.parse(body) as Info) : {};
}

/** One that succeeds, one that fails, one that waits in the worker; once both Flowers know. */
async function tasksWith(stack: Stack, canary: string): Promise<Record<string, string>> {
  const tasks = {
    SUCCESS: await send(stack, "shop.send_receipt", { args: [canary] }),
    FAILURE: await send(stack, "shop.charge_card", { kwargs: { order: canary } }),
    RECEIVED: await send(stack, "shop.send_receipt", { args: [canary], kwargs: {}, countdown: 300 }),
  };
  for (const role of ROLES) {
    for (const [state, task] of Object.entries(tasks)) {
      await until(
        `the ${role}s' Flower has a task in ${state}`,
        async () => (await infoOf(stack, role, task)).state === state,
      );
    }
  }
  await until("the worker's log has the result", () => stack.demo.worker?.log.text.includes(canary) === true);
  return tasks;
}

function table(search: string): Ask {
  const columns = ["args", "kwargs", "result", "exception"].map((name, index) => `columns[${index}][data]=${name}`);
  return {
    method: "POST",
    target: `${PREFIX}/tasks/datatable`,
    body: `draw=1&start=0&length=100&order[0][column]=0&order[0][dir]=desc&${columns.join("&")}&search[value]=${search}`,
    headers: [["Content-Type", "application/x-www-form-urlencoded"]],
  };
}

/** Every route that shows something of tasks or workers. */
function routes(tasks: readonly string[]): Ask[] {
  const worker = "worker@shop";
  const targets = [
    ...["", "workers", "workers?json=1", "workers?refresh=1", "tasks", "broker", `worker/${worker}`],
    ...["api/workers", `api/workers?refresh=1&workername=${worker}`, `api/workers?workername=${worker}`, "api/tasks"],
    ...["api/task/types", "api/queues/length", "api/tasks?sort_by=name&limit=1000"],
    ...tasks.flatMap((task) => [`task/${task}`, `api/task/info/${task}`, `api/task/result/${task}`]),
  ];
  return [...targets.map((target) => ({ target: `${PREFIX}/${target}` })), table("")];
}

async function shown(stack: Stack): Promise<void> {
  const canary = newCanary();
  const tasks = Object.values(await tasksWith(stack, canary));
  const found: string[] = [];
  for (const role of ROLES) {
    const as = logInOf(stack.objects, role);
    for (const route of routes(tasks)) {
      const { status, body } = await askPod(stack, { ...route, to: role, as });
      assert.ok(status < 500 || route.target?.includes("/result/"), `${role} ${route.target}: ${status}`);
      if (body.includes(canary)) found.push(`${role} ${route.target}`);
    }
    for (const task of tasks) assert.ok((await infoOf(stack, role, task)).state, `${role}: the task itself is shown`);
  }
  assertNone("routes that show an argument, a result or an exception", found);
}

/** The reserved and scheduled tasks of a worker come by another way than events. */
async function worker(stack: Stack): Promise<void> {
  const canary = newCanary();
  const { RECEIVED: waiting = "" } = await tasksWith(stack, canary);
  const target = `${PREFIX}/api/workers?refresh=1&workername=worker@shop`;
  for (const role of ROLES) {
    const ask = async (): Promise<string> =>
      (await askPod(stack, { to: role, as: logInOf(stack.objects, role), target })).body;
    await until("the worker's list has the task", async () => (await ask()).includes(waiting));
    assert.ok(!(await ask()).includes(canary), `the ${role}s see what is in the worker`);
  }
}

/** Whoever may search can ask for each letter of what is not shown. */
async function searched(stack: Stack): Promise<void> {
  const canary = newCanary();
  await tasksWith(stack, canary);
  const found: string[] = [];
  for (const role of ROLES) {
    const as = logInOf(stack.objects, role);
    for (const search of [canary, canary.slice(0, 9), `args:${canary}`, `kwargs:${canary}`, `result:${canary}`]) {
      const page = JSON.parse((await askPod(stack, { ...table(search), to: role, as })).body) as {
        recordsFiltered: number;
      };
      if (page.recordsFiltered > 0) found.push(`${role}: table ${search}`);
      const target = `${PREFIX}/api/tasks?search=${search}`;
      if ((await askPod(stack, { to: role, as, target })).body.trim() !== "{}") found.push(`${role}: API ${search}`);
    }
  }
  assertNone("searches that find what is hidden", found);
}

async function saved(stack: Stack): Promise<void> {
  const canary = newCanary();
  const { SUCCESS: task = "" } = await tasksWith(stack, canary);
  await stack.demo.roll(stack.objects);
  const claims = join(stack.demo.sandbox.directory, "claims", "queues-history");
  const files = readdirSync(claims, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const contents = files.map((file) => [file.name, readFileSync(join(file.parentPath, file.name))] as const);
  assert.ok(
    contents.some(([, content]) => content.includes(task)),
    "the task is in the history",
  );
  assertNone(
    "files with an argument, a result or an exception",
    contents.filter(([, content]) => content.includes(canary)).map(([name]) => name),
  );
}

const control = "redaction";
const setup = withFeatures;

export const attacks: readonly Attack[] = [
  {
    control,
    title: "no route of either role shows an argument, a result or an exception of a task",
    setup,
    run: shown,
  },
  { control, title: "what waits in a worker is shown without its arguments", setup, run: worker },
  { control, title: "no search finds a task by what is hidden", setup, run: searched },
  { control, title: "the saved history has the task, and not what is hidden", setup, run: saved },
];
