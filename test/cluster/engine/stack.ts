import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Config, type ComponentResourceOptions } from "@pulumi/pulumi";
import { LocalWorkspace, PulumiCommand, type ConfigMap, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import type { User } from "../../../verify";
import { list } from "../kubectl";
import { makeDashboard } from "../programs/makeDashboard";
import { BROKER_URL, certificateFile, configOf, type Dashboard, type DashboardChoice, type Stage } from "../stage";
import { readTarget } from "../target";

const PROJECT = "dashboards";
const STACK = "test";

/** Without it the engine reads nothing of what it has written. */
const PASSPHRASE = "correct horse battery staple";

/** A program that deploys one dashboard, and says where its credentials are. */
export function program(opts: () => ComponentResourceOptions = () => ({})): PulumiFn {
  return () => {
    const { url, adminUrl, namespace, serviceName, credentialSecretNames } = makeDashboard(new Config(), opts());
    return Promise.resolve({ url, adminUrl, namespace, serviceName, credentialSecretNames });
  };
}

/** A stack of the real engine, whose state is encrypted and in the stage's folder. */
export async function createStack({ folder }: Stage, run: PulumiFn = program()): Promise<Stack> {
  const backend = join(folder, "state");
  const workDir = join(folder, "work");
  for (const each of [backend, workDir]) mkdirSync(each, { recursive: true });
  // The first on PATH is the engine's own: `npm run test:cluster` sees to that.
  const pulumiCommand = await PulumiCommand.get();
  return LocalWorkspace.createOrSelectStack(
    { stackName: STACK, projectName: PROJECT, program: run },
    {
      pulumiCommand,
      workDir,
      envVars: {
        PULUMI_BACKEND_URL: `file://${backend}`,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    },
  );
}

/** Gives a stack the configuration of a choice, in place of what it had. */
export async function configure(stack: Stack, { namespace }: Stage, choice: DashboardChoice = {}): Promise<void> {
  const values: ConfigMap = { brokerUrl: { value: choice.brokerUrl ?? BROKER_URL, secret: true } };
  for (const [key, value] of Object.entries(configOf(namespace, choice))) values[key] = { value };
  const present = Object.keys(await stack.getAllConfig());
  if (present.length > 0) await stack.removeAllConfig(present);
  await stack.setAllConfig(values);
}

/** Everything that the engine has written about a stack. */
export function checkpoint({ folder }: Stage): string {
  return readFileSync(join(folder, "state", ".pulumi", "stacks", PROJECT, `${STACK}.json`), "utf8");
}

/** A dashboard as it is found in the cluster: the newest Secrets of its name. */
export async function findDashboard(
  stage: Stage,
  name = "queues",
): Promise<Pick<Dashboard, "host" | "users" | "secrets" | "target">> {
  const contents = new Map<string, Record<string, string>>();
  const found = (await list(stage.namespace, "secrets")).filter(
    ({ metadata }) => (metadata.labels as Record<string, string> | undefined)?.["app.kubernetes.io/instance"] === name,
  );
  const age = (secret: (typeof found)[number]): string => String(secret.metadata.creationTimestamp);
  for (const secret of [...found].sort((a, b) => age(a).localeCompare(age(b)))) {
    const data = Object.entries((secret.data ?? {}) as Record<string, string>);
    // Without what the engine appends: `queues-viewer-1a2b3c4d`.
    contents.set(
      secret.metadata.name.replace(/-[0-9a-f]{8}$/, ""),
      Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, "base64").toString()])),
    );
  }
  const users = (["viewer", "admin"] as const).flatMap((role) =>
    Object.entries(contents.get(`${name}-${role}`) ?? {}).map(([user, password]): User => ({
      name: user,
      password,
      role,
    })),
  );
  const secrets = new Map(
    [...contents].flatMap(([secret, data]) =>
      Object.entries(data).map(([key, value]) => [`${secret}/${key}`, value] as const),
    ),
  );
  const host = `${name}.${stage.namespace}.test`;
  const caFile = certificateFile(stage.folder, secrets, `${name}-public-tls`);
  const { address } = readTarget();
  const target = { url: `https://${host}/flower/`, adminUrl: `https://admin-${host}/flower/`, address, users, caFile };
  return { host, users, secrets, target };
}
