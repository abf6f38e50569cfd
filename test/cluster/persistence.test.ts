import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { User } from "../../verify";
import { tellOfTask } from "./events";
import { apply, kubectl, list, tryKubectl } from "./kubectl";
import { until } from "./local/command";
import { python, type Place } from "./probes";
import { answerOf } from "./requests";
import {
  applyDashboard,
  BROKER_URL,
  createStage,
  idlePod,
  podOf,
  podsReady,
  rollout,
  served,
  type Dashboard,
  type Stage,
} from "./stage";
import { readTarget } from "./target";

const { network, address } = readTarget();
const FLOWER_UID = 1000;
if (network === undefined) console.warn("Persistence is not tested: the volume is a folder of this machine.");

// Of the type `local`, since the kubelet honours `fsGroup` on it and not on a hostPath.
describe.skipIf(network === undefined)("a dashboard with a volume for its history", () => {
  let stage: Stage;
  let dashboard: Dashboard;
  let volume: string;
  let neighbour: Place;
  const task = randomUUID();

  beforeAll(async () => {
    stage = await createStage("persistence");
    // Root's, as a new volume is; the folder above it must let the kubelet's user in.
    chmodSync(stage.folder, 0o755);
    volume = join(stage.folder, "volume");
    mkdirSync(volume);
    await apply(await storage(stage.namespace, volume));
    const persistence = { storageClassName: stage.namespace, size: "1Gi" };
    dashboard = await applyDashboard(stage, { persistence });
    await apply([idlePod(stage.namespace, "neighbour")]);
    neighbour = { namespace: stage.namespace, pod: "neighbour" };
    await Promise.all([podsReady(stage.namespace, "neighbour"), rollout(stage.namespace, "queues")]);
    await served(dashboard);
    await until("both processes hear of a task", 30, async () => {
      await tellOfTask(neighbour, BROKER_URL, task);
      return (await seenBy("viewer")) && (await seenBy("admin"));
    });
  });
  afterAll(async () => {
    await stage.remove();
    await kubectl(["delete", `storageclass/${stage.namespace}`, `persistentvolume/${stage.namespace}`, "--wait=false"]);
  });

  test("is admitted by a namespace that enforces `restricted`, without a warning", () => {
    expect(dashboard.warnings).toEqual([]);
  });

  test("keeps each role's history in a folder that the other role's process does not have", async () => {
    const { name } = await podOf(stage);
    const place = (role: string): Place => ({ namespace: stage.namespace, pod: name, container: `flower-${role}` });
    const mark = `import sys; open(sys.argv[1], "w").close()`;
    for (const role of ["viewer", "admin"]) {
      const path = (await python(place(role), 'import os; print(os.path.dirname(os.environ["FLOWER_DB"]))')).trim();
      await python(place(role), mark, `${path}/mark-${role}`);
      expect(await python(place(role), `import os; print(os.listdir(${JSON.stringify(path)}))`)).not.toContain(
        role === "viewer" ? "mark-admin" : "mark-viewer",
      );
      const folder = join(volume, role, "history");
      expect(readdirSync(folder)).toContain(`mark-${role}`);
      expect(statSync(folder)).toMatchObject({ uid: FLOWER_UID, gid: FLOWER_UID });
      expect(statSync(folder).mode & 0o007).toBe(0);
      await python(place(role), `import os; os.unlink(${JSON.stringify(`${path}/mark-${role}`)})`);
    }
    expect(readdirSync(volume).sort()).toEqual(["admin", "viewer"]);
  });

  test("shows after a new pod what it showed before, and never has two pods that run", async () => {
    const before = await podOf(stage);
    const most = await mostAtOnce(async () => {
      await kubectl([`--namespace=${stage.namespace}`, "rollout", "restart", "deployment/queues"]);
      await rollout(stage.namespace, "queues");
    });
    expect(most).toBe(1);
    expect((await podOf(stage)).name).not.toBe(before.name);
    await served(dashboard);
    for (const role of ["viewer", "admin"] as const) {
      await until(`the ${role}s' history is back`, 20, () => seenBy(role));
    }
  });

  test("lets no second pod open the volume, whoever makes it", async () => {
    await kubectl([`--namespace=${stage.namespace}`, "scale", "deployment/queues", "--replicas=2"]);
    let told = "";
    await until("the reason of the second pod", 30, async () => {
      told = (await unscheduled("queues-")).join();
      return told !== "";
    });
    console.log(`A second pod: ${told}`);
    expect(told).toMatch(/PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod/);
    await kubectl([`--namespace=${stage.namespace}`, "scale", "deployment/queues", "--replicas=1"]);
  });

  test.each([
    [
      "no volume is large enough",
      "large",
      () => ({ storageClassName: stage.namespace, size: "1Ti" }),
      /available persistent volumes to bind/,
    ],
    [
      "its class does not exist",
      "absent",
      () => ({ storageClassName: "absent", size: "1Gi" }),
      /unbound immediate PersistentVolumeClaims/,
    ],
  ])("whose pod cannot have one says so within 30 seconds: %s", async (_what, name, persistence, reason) => {
    const started = Date.now();
    await applyDashboard(stage, { name, persistence: persistence() });
    let told = "";
    await until(`the reason of ${name}`, 30, async () => {
      told = (await unscheduled(`${name}-`)).join();
      return told !== "";
    });
    console.log(`after ${((Date.now() - started) / 1000).toFixed(1)} s ${name}: ${told}`);
    expect(told).toMatch(reason);
  });

  async function seenBy(role: User["role"]): Promise<boolean> {
    const { status, body } = await answerOf({
      address,
      host: role === "admin" ? `admin-${dashboard.host}` : dashboard.host,
      path: "/flower/api/tasks",
      user: dashboard.users.find((user) => user.role === role)!,
    });
    return status === 200 && Object.keys(JSON.parse(body) as object).includes(task);
  }

  /** Why pods of such a name are not on a node. */
  async function unscheduled(prefix: string): Promise<string[]> {
    const pods = (await list(stage.namespace, "pods")).filter(({ metadata }) => metadata.name.startsWith(prefix));
    return pods.flatMap(({ status }) => {
      const { phase, conditions = [] } = status as { phase: string; conditions?: Condition[] };
      const found = conditions.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
      return phase === "Pending" && found !== undefined ? [found.message] : [];
    });
  }

  /** The most pods of the dashboard with a container that ran at the same time, while something was done. */
  async function mostAtOnce(action: () => Promise<void>): Promise<number> {
    const end = new AbortController();
    let most = 0;
    const watching = (async () => {
      while (!end.signal.aborted) {
        const pods = (await list(stage.namespace, "pods")).filter(({ metadata }) =>
          metadata.name.startsWith("queues-"),
        );
        most = Math.max(most, pods.filter(({ status }) => runs(status as PodStatus)).length);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    try {
      await action();
    } finally {
      end.abort();
      await watching;
    }
    return most;
  }
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

interface PodStatus {
  readonly containerStatuses?: readonly { readonly state: { readonly running?: object } }[];
}

function runs({ containerStatuses = [] }: PodStatus): boolean {
  return containerStatuses.some(({ state }) => state.running !== undefined);
}

/** A class without a provisioner, and the one volume that it has, on the only node. */
async function storage(name: string, path: string): Promise<object[]> {
  const { stdout } = await tryKubectl(["get", "nodes", "--output=jsonpath={.items[0].metadata.name}"]);
  const term = { key: "metadata.name", operator: "In", values: [stdout.trim()] };
  return [
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        storageClassName: name,
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOncePod"],
        persistentVolumeReclaimPolicy: "Retain",
        local: { path },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchFields: [term] }] } },
      },
    },
  ];
}
