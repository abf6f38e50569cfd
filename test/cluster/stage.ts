import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricsArgs, OAuthArgs, PersistenceArgs } from "../../index";
import { renderProgram, type KubernetesObject } from "../../local/render";
import type { Target, User } from "../../verify";
import { apply, kubectl, list } from "./kubectl";
import { until } from "./local/command";
import { statusOf } from "./requests";
import { readTarget } from "./target";

const PROGRAM = join(__dirname, "programs", "dashboard.ts");

/** A namespace that enforces `restricted`, with a Redis in it. */
export interface Stage {
  readonly namespace: string;
  /** For files that tests need; goes with the stage. */
  readonly folder: string;
  /** Removes the namespace and all that is in it. */
  remove(): Promise<void>;
}

/** What a test may choose of a dashboard. */
export interface DashboardChoice {
  readonly name?: string;
  readonly rotation?: string;
  readonly networkPolicy?: boolean;
  readonly brokerSecret?: string;
  readonly controller?: "traefik" | "ingress-nginx";
  readonly flowerImage?: string;
  readonly brokerUrl?: string;
  /** JSON of both roles' ranges; by default where the tests come from. */
  readonly sourceRanges?: string;
  readonly persistence?: PersistenceArgs;
  readonly metrics?: MetricsArgs;
  /** In the place of the users with passwords. */
  readonly oauth?: OAuthArgs;
}

/** A dashboard that was applied. */
export interface Dashboard {
  readonly objects: readonly KubernetesObject[];
  /** What the API server warned of. */
  readonly warnings: readonly string[];
  /** Generated values, by where they are: namespace aside, `Secret/key`. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly users: readonly User[];
  readonly host: string;
  /** What the verifier verifies. */
  readonly target: Target;
}

/** Makes a namespace for one test file. */
export async function createStage(name: string): Promise<Stage> {
  const namespace = `${name}-${randomBytes(3).toString("hex")}`;
  const labels = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
  };
  await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } }]);
  await apply(redis(namespace));
  await rollout(namespace, "redis");
  const folder = mkdtempSync(join(tmpdir(), "secure-flower-cluster-"));
  return {
    namespace,
    folder,
    remove: async () => {
      rmSync(folder, { recursive: true, force: true });
      await kubectl(["delete", "namespace", namespace, "--wait=false"]);
    },
  };
}

/** The Redis of a stage. */
export const BROKER_URL = "redis://redis:6379/0";

/** The program's configuration for a choice. */
export function configOf(namespace: string, choice: DashboardChoice): Record<string, string> & { host: string } {
  const { images, ranges } = readTarget();
  // A secret has a way of its own.
  const plain = Object.entries(choice).filter(([key]) => key !== "brokerUrl");
  return {
    ...Object.fromEntries(
      plain.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    host: `${choice.name ?? "queues"}.${namespace}.test`,
    namespace,
    sourceRanges: choice.sourceRanges ?? JSON.stringify(ranges),
    flowerImage: choice.flowerImage ?? images.flower,
    nginxImage: images.nginx,
  };
}

/** Renders a dashboard and applies it, as it is unless the test changes it. */
export async function applyDashboard(
  { namespace, folder }: Stage,
  choice: DashboardChoice = {},
  change = (rendered: KubernetesObject[]): KubernetesObject[] => rendered,
): Promise<Dashboard> {
  const name = choice.name ?? "queues";
  const { host, ...config } = configOf(namespace, choice);
  const { address } = readTarget();
  const rendered = await renderProgram({
    program: PROGRAM,
    config: { ...config, host },
    secretConfig: { brokerUrl: choice.brokerUrl ?? BROKER_URL },
    showSecrets: true,
  });
  const objects = change(rendered);
  const warnings = await apply(objects);
  const users = [...usersOf(objects, `${name}-viewer`, "viewer"), ...usersOf(objects, `${name}-admin`, "admin")];
  const secrets = secretsOf(objects);
  const caFile = certificateFile(folder, secrets, `${name}-public-tls`);
  const target = { url: `https://${host}/flower/`, adminUrl: `https://admin-${host}/flower/`, address, users, caFile };
  return { objects, warnings, secrets, users, host, target };
}

/** Waits until a Deployment's pods are what it says, and ready. */
export async function rollout(namespace: string, name: string, seconds = 180): Promise<void> {
  await kubectl([`--namespace=${namespace}`, "rollout", "status", `deployment/${name}`, `--timeout=${seconds}s`]);
}

/** Waits until the controller sends requests for both hosts to the pod: it learns of a ready pod a moment after the kubelet. */
export async function served({ target, host }: Pick<Dashboard, "target" | "host">): Promise<void> {
  for (const name of [host, `admin-${host}`]) {
    const request = { address: target.address ?? name, host: name, path: "/flower/" };
    // Where people sign in, a page leads there.
    await until(`the controller serves ${name}`, 60, async () => [401, 302].includes(await statusOf(request)));
  }
}

/** Address of the one pod of a dashboard that is ready. */
export async function podOf({ namespace }: Stage, name = "queues"): Promise<{ name: string; address: string }> {
  const pods = await list(namespace, "pods");
  const found = pods.find(
    ({ metadata }) =>
      (metadata.labels as Record<string, string> | undefined)?.["app.kubernetes.io/instance"] === name &&
      metadata.deletionTimestamp === undefined,
  );
  if (found === undefined) throw new Error(`no pod of ${name}`);
  return { name: found.metadata.name, address: (found.status as { podIP: string }).podIP };
}

/** A pod that does nothing, in which tests run commands. It has Python, and Flower's user. */
export function idlePod(namespace: string, name: string, labels: Record<string, string> = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      ...restricted(1000),
      terminationGracePeriodSeconds: 0,
      containers: [container(name, readTarget().images.flower, ["sleep", "infinity"])],
    },
  };
}

/** Waits until such pods are ready. */
export async function podsReady(namespace: string, ...names: readonly string[]): Promise<void> {
  const pods = names.map((name) => `pod/${name}`);
  await kubectl([`--namespace=${namespace}`, "wait", "--for=condition=Ready", ...pods, "--timeout=120s"]);
}

function redis(namespace: string): object[] {
  const labels = { app: "redis" };
  const command = ["redis-server", "--save", "", "--appendonly", "no", "--protected-mode", "no", "--dir", "/tmp"];
  const pod = { ...restricted(999), containers: [container("redis", readTarget().images.redis, command)] };
  return [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "redis", namespace },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "redis", namespace },
      spec: { selector: labels, ports: [{ port: 6379 }] },
    },
  ];
}

function restricted(uid: number): object {
  const securityContext = { runAsNonRoot: true, runAsUser: uid, seccompProfile: { type: "RuntimeDefault" } };
  return { automountServiceAccountToken: false, securityContext };
}

function container(name: string, image: string, command: string[]): object {
  return {
    name,
    image,
    command,
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

function secretsOf(objects: readonly KubernetesObject[]): Map<string, string> {
  const all = objects.filter(({ kind }) => kind === "Secret");
  return new Map(
    all.flatMap(({ metadata, stringData }) =>
      Object.entries(stringData as Record<string, string>).map(
        ([key, value]) => [`${metadata.name}/${key}`, value] as const,
      ),
    ),
  );
}

function usersOf(objects: readonly KubernetesObject[], secret: string, role: User["role"]): User[] {
  const found = objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name === secret);
  return Object.entries((found?.stringData ?? {}) as Record<string, string>).map(([name, password]) => ({
    name,
    password,
    role,
  }));
}

/** A file with what signed the public certificate, for the verifier. @param secrets values by `Secret/key` */
export function certificateFile(folder: string, secrets: ReadonlyMap<string, string>, secret: string): string {
  const file = join(folder, `${secret}.crt`);
  writeFileSync(file, secrets.get(`${secret}/ca.crt`) ?? "");
  return file;
}
