import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Container, readRootEntries, writeDirectory, type Recipe, type Sandbox } from "../pod";

const TASKS = join(__dirname, "app", "tasks.py");

/** Starts the Celery worker that gives the dashboard something to show; `log.waitFor(WORKER_READY)` tells when it does. */
export async function startWorker(sandbox: Sandbox, recipe: Recipe, broker: string): Promise<Container> {
  const source = writeDirectory(sandbox, "app", { "tasks.py": readFileSync(TASKS) });
  const container = await Container.create(sandbox, {
    ...recipe,
    name: "worker.celery",
    hostname: "shop",
    root: readRootEntries(),
    binds: [...recipe.binds, { source, target: "/srv/app", readOnly: true }],
    argv: [
      "python3",
      "-m",
      "celery",
      "--app=tasks",
      "worker",
      "--loglevel=INFO",
      "--task-events",
      "--concurrency=4",
      "--hostname=worker@shop",
    ],
    environment: { ...recipe.environment, CELERY_BROKER_URL: broker, PYTHONUNBUFFERED: "1" },
    workingDirectory: "/srv/app",
    readOnlyRoot: false,
    groups: [],
    network: "cluster",
  });
  void container.start();
  return container;
}

/** What the worker's log says once it takes tasks. */
export const WORKER_READY = /worker@shop ready/;
