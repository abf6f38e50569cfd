import type * as PulumiSdk from "@pulumi/pulumi";
import type { ProgramMocks, RecordedResource } from "../../testing/mocks";
import { isRecord, valueAt } from "../../testing/wire";
import type { KnownSecret } from "./protocol";

/** The full keys of the configuration values that are secret. */
export type SecretConfigKeys = ReadonlySet<string>;

/** Notes every configuration key that the program reads as a secret, besides those that are known to be. */
export function watchSecretConfig(pulumi: typeof PulumiSdk, known: readonly string[]): SecretConfigKeys {
  const keys = new Set(known);
  const prototype = pulumi.Config.prototype as unknown as Record<string, (key: string, ...rest: unknown[]) => unknown>;
  for (const method of ["getSecret", "requireSecret", "getSecretObject", "requireSecretObject"]) {
    const original = prototype[method];
    if (original !== undefined) {
      prototype[method] = function (this: { name: string }, key: string, ...rest: unknown[]) {
        keys.add(`${this.name}:${key}`);
        return original.call(this, key, ...rest);
      };
    }
  }
  return keys;
}

/** Every secret that the run knows of: read from the configuration, generated, or marked in an input. */
export function collectSecrets(
  mocks: ProgramMocks,
  config: Readonly<Record<string, string>>,
  secretKeys: SecretConfigKeys,
): KnownSecret[] {
  const configured = [...secretKeys].flatMap((key) => texts(parsed(config[key]), `the configuration value ${key}`));
  return [...configured, ...mocks.resources.flatMap(secretsOf)];
}

function secretsOf(resource: RecordedResource): KnownSecret[] {
  // The values of a Secret are looked at where it is printed, with their keys.
  if (resource.type === "kubernetes:core/v1:Secret") {
    return [];
  }
  const secretOutputs = resource.secretOutputs ?? [];
  return secretOutputs.flatMap((path) =>
    texts(valueAt(resource.outputs, path), `the secret output ${path} of ${resource.type} ${resource.name}`),
  );
}

function parsed(text: string | undefined): unknown {
  try {
    const value = JSON.parse(text ?? "") as unknown;
    return isRecord(value) || Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}

function texts(value: unknown, origin: string): KnownSecret[] {
  if (typeof value === "string") {
    return [{ value, origin }];
  }
  const inner = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return inner.flatMap((item) => texts(item, origin));
}
