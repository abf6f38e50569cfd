import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, part } from "../objects/kubernetesObject";
import { UnknownValue, type Part } from "../objects/part";
import { secretKeys } from "./secretKeys";

/** A variable of a container. */
export interface Variable {
  /** Its text, or undefined where it comes from a Secret. */
  readonly text: string | undefined;
  /** Whether the pod starts without it. */
  readonly optional: boolean;
  readonly at: Part;
}

/** A container with the pod and the objects around it. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly pod: FlowerPod;
  readonly container: Part;
}

/**
 * A variable of a container: from `env`, whose last entry of a name counts, else from `envFrom`. Throws {@link UnknownValue} where it could be in a
 * ConfigMap or a Secret that is not among the objects.
 */
export function variableOf(around: Surroundings, name: string): Variable | undefined {
  const own = around.container
    .at("env")
    .items.filter((each) => each.at("name").text === name)
    .at(-1);
  return own === undefined ? fromSources(around, name) : fromEntry(around, own);
}

function fromEntry({ inventory, pod }: Surroundings, entry: Part): Variable {
  const source = entry.at("valueFrom");
  const secret = source.at("secretKeyRef");
  if (secret.exists) return { text: undefined, optional: secret.at("optional").flag ?? false, at: secret };
  const reference = source.at("configMapKeyRef");
  if (!reference.exists) return { text: entry.at("value").text ?? "", optional: false, at: entry.at("value") };
  const name = reference.at("name").text ?? "";
  const configMap = inventory.find("ConfigMap", namespaceOf(pod.object), name);
  if (configMap === undefined) throw new UnknownValue(`ConfigMap ${name} is not among these objects`);
  const text = part(configMap, "data", reference.at("key").text ?? "").text ?? "";
  return { text, optional: reference.at("optional").flag ?? false, at: reference };
}

/** Of several sources the last one counts. */
function fromSources(around: Surroundings, name: string): Variable | undefined {
  for (const source of [...around.container.at("envFrom").items].reverse()) {
    const prefix = source.at("prefix").text ?? "";
    if (!name.startsWith(prefix)) continue;
    const found = fromSource(around, source, name.slice(prefix.length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function fromSource({ inventory, pod }: Surroundings, source: Part, key: string): Variable | undefined {
  const namespace = namespaceOf(pod.object);
  const secret = source.at("secretRef");
  const reference = secret.exists ? secret : source.at("configMapRef");
  const name = reference.at("name").text;
  if (name === undefined) return undefined;
  const optional = reference.at("optional").flag ?? false;
  if (secret.exists) {
    const keys = secretKeys(inventory, namespace, name);
    if (keys === undefined) throw notAmong("Secret", name);
    return keys.has(key) ? { text: undefined, optional, at: secret } : undefined;
  }
  const configMap = inventory.find("ConfigMap", namespace, name);
  if (configMap === undefined) throw notAmong("ConfigMap", name);
  const { text } = part(configMap, "data", key);
  return text === undefined ? undefined : { text, optional, at: reference };
}

function notAmong(kind: string, name: string): UnknownValue {
  return new UnknownValue(`${kind} ${name}, of which envFrom takes the variables, is not among these objects`);
}
