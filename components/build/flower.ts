import type { types } from "@pulumi/kubernetes";
import type { Dashboard, Model } from "../model";
import { MINIMUM_FLOWER_VERSION } from "./images";
import { historyEnvironment } from "./history";
import { metricsEnvironment } from "./metrics";
import { oauthEnvironment } from "./oauth";
import { MOUNTS } from "./paths";
import { originOf } from "./nginx/servers";

type EnvVar = types.input.core.v1.EnvVar;

/** Where a role's cookie secret is in its container, whose file it is alone. */
export const COOKIE_SECRET_FILE = "cookie-secret";

/** A key of a Secret, by name. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** Where a Flower process finds the secrets that are variables; all others are files. */
export interface FlowerSecrets {
  readonly brokerUrl: SecretKey;
  readonly managementApiUrl: SecretKey | undefined;
}

/**
 * The environment of one Flower process. Flower ignores a name that it does not know, so start.py holds every FLOWER_ variable against the installed
 * Flower's options, and removes those that an image brings along. https://flower.readthedocs.io/en/latest/config.html#environment-variables
 */
export function flowerEnvironment(model: Model, dashboard: Dashboard, secrets: FlowerSecrets): EnvVar[] {
  const { flower, urlPrefix, broker } = model;
  return plain({
    MINIMUM_FLOWER_VERSION,
    FLOWER_ADDRESS: "127.0.0.1",
    FLOWER_PORT: String(dashboard.port),
    FLOWER_URL_PREFIX: urlPrefix,
    FLOWER_READ_ONLY: String(dashboard.role === "viewer"),
    // A flowerconfig.py in the working directory would override the environment, read-only and log-ins included.
    FLOWER_CONF: "/dev/null",
    FLOWER_MAX_TASKS: String(flower.maxTasks),
    FLOWER_INSPECT_TIMEOUT: String(flower.inspectTimeout),
    FLOWER_NATURAL_TIME: String(flower.naturalTime),
    FLOWER_PURGE_OFFLINE_WORKERS: flower.purgeOfflineWorkers?.toString(),
    FLOWER_TASKS_COLUMNS: flower.tasksColumns?.join(","),
    ...historyEnvironment(model),
    ...metricsEnvironment(model, dashboard),
    REDACT_TASK_ARGUMENTS: flower.redactTaskArguments ? "true" : undefined,
    COOKIE_SECRET_FILE: `${MOUNTS.cookie}/${COOKIE_SECRET_FILE}`,
    BASIC_AUTH_USERS_DIR: model.oauth ? undefined : MOUNTS.users,
    ...oauthEnvironment(model, dashboard),
    BROKER_CA_FILE: broker.caSecret && `${MOUNTS.brokerCa}/ca.crt`,
    BROKER_CERT_FILE: broker.clientCertSecret && `${MOUNTS.brokerClient}/tls.crt`,
    BROKER_KEY_FILE: broker.clientCertSecret && `${MOUNTS.brokerClient}/tls.key`,
  }).concat([
    fromSecret("CELERY_BROKER_URL", secrets.brokerUrl),
    ...(secrets.managementApiUrl ? [fromSecret("FLOWER_BROKER_API", secrets.managementApiUrl)] : []),
  ]);
}

/** Variables with a value that may be read by all; absent values are left out. */
export function plain(values: Readonly<Record<string, string | undefined>>): EnvVar[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function fromSecret(name: string, { name: secret, key }: SecretKey): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** Public URL of a dashboard, with the slash without which Flower answers 404. */
export function dashboardUrl(dashboard: Dashboard, model: Model): string {
  return `${originOf(dashboard, model)}/${model.urlPrefix}/`;
}
