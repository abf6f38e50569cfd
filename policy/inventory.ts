import { isDeepStrictEqual } from "node:util";
import { flowerContainersOf } from "./flower/recognise";
import { groupOf, nameOf, namespaceOf, part, titleOf, type KubernetesObject } from "./objects/kubernetesObject";
import { allOf, anyOf, ifKnown, Part, UnknownValue } from "./objects/part";
import { hasLabel, isWorkload, podTemplateOf, runningContainersOf, type PodTemplate } from "./objects/pods";
import type { Backend } from "./objects/routes";
import { matchesPlain } from "./objects/selectors";

/** A pod, or the template of pods, in which Flower runs. */
export interface FlowerPod extends PodTemplate {
  /** The containers that run Flower. */
  readonly containers: readonly Part[];
}

/** An object that has to do with Flower, or may have. */
export interface Candidate {
  readonly object: KubernetesObject;
  /** Why it cannot be told yet whether it has. */
  readonly doubt?: UnknownValue;
}

/** ExternalName Services that follow on each other: none needs more than one, and a ring of them must not be followed without end. */
const MOST_NAMES = 4;

/** All objects that are judged together, found by what they are and what they mean for Flower. */
export class Inventory {
  readonly pods: readonly PodTemplate[];
  readonly flowers: readonly FlowerPod[];
  /** Workloads of which a preview does not know what runs in them. */
  readonly possibleFlowers: readonly Required<Candidate>[];
  private readonly byKind = new Map<string, KubernetesObject[]>();
  /** By kind and namespace, without which a large stack would be compared all with all. */
  private readonly byPlace = new Map<string, KubernetesObject[]>();
  private readonly byName = new Map<string, KubernetesObject[]>();
  private readonly podsByPlace = new Map<string, PodTemplate[]>();

  constructor(readonly objects: readonly KubernetesObject[]) {
    for (const object of objects) {
      add(this.byKind, object.kind, object);
      add(this.byPlace, keyOf(object.kind, namespaceIfKnown(object)), object);
      add(this.byName, keyOf(object.kind, nameIfKnown(object)), object);
    }
    this.pods = objects.flatMap((object) => ifKnown(() => podTemplateOf(object), undefined) ?? []);
    for (const pod of this.pods) add(this.podsByPlace, keyOf("", namespaceIfKnown(pod.object)), pod);
    this.flowers = this.pods.flatMap((pod) => {
      const containers = ifKnown(() => flowerContainersOf(pod), []);
      return containers.length > 0 ? [{ ...pod, containers }] : [];
    });
    this.possibleFlowers = possibleFlowers(objects, new Set(this.flowers.map(({ object }) => object)));
  }

  /** Whether Flower runs in any of the objects, as far as can be told. */
  get mayHaveFlower(): boolean {
    return this.flowers.length + this.possibleFlowers.length > 0;
  }

  /** The objects of a kind; of a core kind unless a group is named. */
  ofKind(kind: string, group: RegExp = /^$/): readonly KubernetesObject[] {
    return (this.byKind.get(kind) ?? []).filter((object) => group.test(groupOf(object)));
  }

  /** The objects of a kind in a namespace, and those of which the namespace is not known yet. */
  ofKindIn(kind: string, namespace: string, group: RegExp = /^$/): readonly KubernetesObject[] {
    return [namespace, undefined]
      .flatMap((each) => this.byPlace.get(keyOf(kind, each)) ?? [])
      .filter((object) => group.test(groupOf(object)));
  }

  /**
   * The object of a kind by namespace and name. One whose name only a deployment will know is not the one that is asked for by a known name. Throws
   * UnknownValue where there are several that differ, as which of them is deployed last is not in them.
   */
  find(kind: string, namespace: string, name: string, group?: RegExp): KubernetesObject | undefined {
    const [found, ...twins] = this.named(kind, name, group).filter((each) => namespaceIfKnown(each) === namespace);
    const differs = twins.some((twin) => !isDeepStrictEqual(twin.root.value, found?.root.value));
    if (found !== undefined && differs) throw new UnknownValue(`two of the name ${titleOf(found)} differ`);
    return found;
  }

  private named(kind: string, name: string, group: RegExp = /^$/): readonly KubernetesObject[] {
    // Objects without a name (generateName) are not each other.
    if (name === "") return [];
    return (this.byName.get(keyOf(kind, name)) ?? []).filter((object) => group.test(groupOf(object)));
  }

  /** An object, if no other of its kind, namespace and name differs from it. */
  sole(object: KubernetesObject, group?: RegExp): KubernetesObject {
    const namespace = namespaceIfKnown(object);
    if (namespace !== undefined) this.find(object.kind, namespace, nameIfKnown(object) ?? "", group);
    return object;
  }

  /** The Services that lead to a Flower, or may do so. */
  get flowerServices(): readonly Candidate[] {
    return candidates(this.ofKind("Service"), (service) => this.leadsToFlower(service));
  }

  /** By its selector; where no pod of these objects is selected, by name or port. */
  private leadsToFlower(service: KubernetesObject, names = MOST_NAMES): boolean {
    const other = aliasOf(service);
    if (other !== undefined) return names > 0 && this.isFlowerBackend(other, names - 1);
    if (anyOf(this.flowers, ({ object }) => isSelected(service, object))) return true;
    const neighbours = this.podsByPlace.get(keyOf("", namespaceIfKnown(service))) ?? [];
    if (neighbours.some(({ object }) => ifKnown(() => isSelected(service, object), false))) return false;
    for (const { object, doubt } of this.possibleFlowers) if (isSelected(service, object)) throw doubt;
    const ports = ifKnown(() => part(service, "spec", "ports").items, []);
    return namesFlower(nameIfKnown(service) ?? "") || ports.some(hasFlowerPort);
  }

  /** The Services that lead to one Flower pod. */
  servicesOf(pod: FlowerPod): readonly KubernetesObject[] {
    return this.ofKindIn("Service", namespaceOf(pod.object)).filter((service) => isSelected(service, pod.object));
  }

  /** Whether a backend is a Flower's Service; one that is not among these objects counts by name or port. Throws UnknownValue where that is not known yet. */
  isFlowerBackend({ name, namespace, port }: Backend, names = MOST_NAMES): boolean {
    const wanted = name.text ?? "";
    const services = this.named("Service", wanted);
    const leads = (service: KubernetesObject): boolean =>
      allOf([() => namespaceOf(service) === namespace(), () => this.leadsToFlower(service, names)], (test) => test());
    if (anyOf(services, leads)) return true;
    if (services.some((service) => ifKnown(() => namespaceOf(service) === namespace(), false))) return false;
    return namesFlower(wanted) || port.number === 5555;
  }
}

/** The objects for which a test holds, and those for which it cannot be told. */
export function candidates(
  objects: readonly KubernetesObject[],
  test: (object: KubernetesObject) => boolean,
): readonly Candidate[] {
  return objects.flatMap((object) => {
    try {
      return test(object) ? [{ object }] : [];
    } catch (error) {
      if (!(error instanceof UnknownValue)) throw error;
      return [{ object, doubt: error }];
    }
  });
}

function possibleFlowers(
  objects: readonly KubernetesObject[],
  flowers: ReadonlySet<KubernetesObject>,
): readonly Required<Candidate>[] {
  const others = objects.filter((object) => isWorkload(object) && !flowers.has(object));
  const read = (object: KubernetesObject): boolean => {
    const template = podTemplateOf(object);
    return template !== undefined && runningContainersOf(template.spec).some(({ value }) => value === undefined);
  };
  return candidates(others, read).filter((each): each is Required<Candidate> => each.doubt !== undefined);
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function keyOf(kind: string, rest: string | undefined): string {
  return JSON.stringify([kind, rest]);
}

function namespaceIfKnown(object: KubernetesObject): string | undefined {
  return ifKnown(() => namespaceOf(object), undefined);
}

function nameIfKnown(object: KubernetesObject): string | undefined {
  return ifKnown(() => nameOf(object), undefined);
}

/** Whether a Service selects the pods of an object. */
function isSelected(service: KubernetesObject, workload: KubernetesObject): boolean {
  const tests = [
    () => namespaceOf(service) === namespaceOf(workload),
    () => matchesPlain(part(service, "spec", "selector"), (key, value) => hasLabel(workload, key, value)),
  ];
  return allOf(tests, (test) => test());
}

/** The Service for which an ExternalName is another name: https://kubernetes.io/docs/concepts/services-networking/service/#externalname */
function aliasOf(service: KubernetesObject): Backend | undefined {
  const spec = part(service, "spec");
  if (ifKnown(() => spec.at("type").text, undefined) !== "ExternalName") return undefined;
  const [, name, namespace = ""] = /^([^.]+)\.([^.]+)\.svc(\.|$)/.exec(spec.at("externalName").text ?? "") ?? [];
  if (name === undefined) return undefined;
  return { name: new Part(name), namespace: () => namespace, port: spec.at("port") };
}

function hasFlowerPort(port: Part): boolean {
  return ["port", "targetPort"].some((key) => ifKnown(() => port.at(key).number === 5555, false));
}

/** `flower`, `airflow-flower`, `flower-web`; not `sunflower`. */
function namesFlower(name: string): boolean {
  return /(^|[-.])flower([-.]|$)/.test(name);
}
