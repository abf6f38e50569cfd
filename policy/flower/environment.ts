import type { FlowerPod, Inventory } from "../inventory";
import { namespaceOf, part } from "../objects/kubernetesObject";
import { ifKnown, UnknownValue, type Part } from "../objects/part";
import { expandKubernetes, type Expanded, type Lookup } from "./expansion";
import { secretKeys } from "./secretKeys";

/** A variable of a container: its text is undefined where it comes from a Secret. */
export interface Variable extends Expanded {
  readonly at: Part;
}

/** A container with the pod and the objects around it. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly pod: FlowerPod;
  readonly container: Part;
}

/** No variable refers to another, that to a third, and so on through more than these. */
const DEEPEST = 100;

/**
 * A variable that a container is given: from `env`, whose last entry of a name counts, else from `envFrom`. Throws {@link UnknownValue} where it could
 * be in a ConfigMap or a Secret that is not among the objects. What the command line makes of it is another matter: see `variableOf`.
 */
export function givenVariable(around: Surroundings, name: string): Variable | undefined {
  const entries = around.container.at("env").items;
  // Each entry once: references that double would take as long as the text that they make.
  const known = new Map<number, Variable | undefined>();
  const before = (wanted: string, end: number, depth: number): Variable | undefined => {
    if (depth > DEEPEST) throw new UnknownValue(`${name} refers to variables in too long a chain to be followed`);
    const index = entries
      .slice(0, end)
      .map((each) => each.at("name").text)
      .lastIndexOf(wanted);
    const entry = entries[index];
    if (entry === undefined) return fromSources(around, wanted);
    if (!known.has(index))
      known.set(
        index,
        fromEntry(around, entry, (referred) => before(referred, index, depth + 1)),
      );
    return known.get(index) ?? before(wanted, index, depth + 1);
  };
  return before(name, entries.length, 0);
}

/** Undefined if what it refers to may be absent, and is. References lead to the entries before it, and to `envFrom`. */
function fromEntry({ inventory, pod }: Surroundings, entry: Part, lookup: Lookup): Variable | undefined {
  const [value, source] = [entry.at("value"), entry.at("valueFrom")];
  const secret = source.at("secretKeyRef");
  const namespace = namespaceOf(pod.object);
  if (secret.exists) {
    const text = secretText(inventory, namespace, secret.at("name").text ?? "", secret.at("key").text ?? "");
    return { text, optional: secret.at("optional").flag ?? false, at: secret };
  }
  // `status.podIP` and the like: what it will be is not known, but that it is neither loopback nor empty.
  const field = source.at("fieldRef", "fieldPath").text;
  if (field !== undefined) return { text: field, optional: false, at: source };
  const reference = source.at("configMapKeyRef");
  if (!reference.exists) return { ...expandKubernetes(value.text ?? "", lookup), at: value };
  const name = reference.at("name").text ?? "";
  const configMap = inventory.find("ConfigMap", namespace, name);
  if (configMap === undefined) throw new UnknownValue(`ConfigMap ${name} is not among these objects`);
  const { text } = part(configMap, "data", reference.at("key").text ?? "");
  const optional = reference.at("optional").flag ?? false;
  return text === undefined && optional ? undefined : { text: text ?? "", optional, at: reference };
}

/** Nothing of a Secret is read but that a value is empty: that is no secret. */
function secretText(inventory: Inventory, namespace: string, name: string, key: string): "" | undefined {
  const secret = inventory.find("Secret", namespace, name);
  if (secret === undefined) return undefined;
  const text = ifKnown(() => part(secret, "stringData", key).text ?? part(secret, "data", key).text, undefined);
  return text === "" ? text : undefined;
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
    return keys.has(key) ? { text: secretText(inventory, namespace, name, key), optional, at: secret } : undefined;
  }
  const configMap = inventory.find("ConfigMap", namespace, name);
  if (configMap === undefined) throw notAmong("ConfigMap", name);
  const { text } = part(configMap, "data", key);
  return text === undefined ? undefined : { text, optional, at: reference };
}

function notAmong(kind: string, name: string): UnknownValue {
  return new UnknownValue(`${kind} ${name}, of which envFrom takes the variables, is not among these objects`);
}
