import { flowerContainersOf } from "./flower/recognise";
import { groupOf, nameOf, namespaceOf, part, type KubernetesObject } from "./objects/kubernetesObject";
import { ifKnown, type Part } from "./objects/part";
import { podTemplateOf, type PodTemplate } from "./objects/pods";
import { matchesPlain } from "./objects/selectors";

/** A pod, or the template of pods, in which Flower runs. */
export interface FlowerPod extends PodTemplate {
  /** The containers that run Flower. */
  readonly containers: readonly Part[];
}

/** All objects that are judged together, found by what they are and what they mean for Flower. */
export class Inventory {
  readonly pods: readonly PodTemplate[];
  readonly flowers: readonly FlowerPod[];
  private readonly byKind = new Map<string, KubernetesObject[]>();
  /** By kind and namespace, without which a large stack would be compared all with all. */
  private readonly byPlace = new Map<string, KubernetesObject[]>();
  private readonly podsByPlace = new Map<string, PodTemplate[]>();

  constructor(readonly objects: readonly KubernetesObject[]) {
    for (const object of objects) {
      add(this.byKind, object.kind, object);
      add(this.byPlace, placeOf(object.kind, namespaceIfKnown(object)), object);
    }
    this.pods = objects.flatMap((object) => ifKnown(() => podTemplateOf(object), undefined) ?? []);
    for (const pod of this.pods) add(this.podsByPlace, placeOf("", namespaceIfKnown(pod.object)), pod);
    this.flowers = this.pods.flatMap((pod) => {
      const containers = ifKnown(() => flowerContainersOf(pod), []);
      return containers.length > 0 ? [{ ...pod, containers }] : [];
    });
  }

  /** The objects of a kind; of a core kind unless a group is named. */
  ofKind(kind: string, group: RegExp = /^$/): readonly KubernetesObject[] {
    return (this.byKind.get(kind) ?? []).filter((object) => group.test(groupOf(object)));
  }

  /** The objects of a kind in a namespace, and those of which the namespace is not known yet. */
  ofKindIn(kind: string, namespace: string, group: RegExp = /^$/): readonly KubernetesObject[] {
    return [namespace, undefined]
      .flatMap((each) => this.byPlace.get(placeOf(kind, each)) ?? [])
      .filter((object) => group.test(groupOf(object)));
  }

  /** The object of a kind by namespace and name. */
  find(kind: string, namespace: string, name: string, group?: RegExp): KubernetesObject | undefined {
    return this.ofKindIn(kind, namespace, group).find(
      // One whose name only a deployment will know is not the one that is asked for by a known name.
      (object) => ifKnown(() => nameOf(object) === name && namespaceOf(object) === namespace, false),
    );
  }

  /** The Services that lead to a Flower. */
  get flowerServices(): readonly KubernetesObject[] {
    return this.ofKind("Service").filter((service) => this.leadsToFlower(service));
  }

  /** By its selector; where no pod of these objects is selected, by name or port. */
  private leadsToFlower(service: KubernetesObject): boolean {
    const neighbours = this.podsByPlace.get(placeOf("", namespaceIfKnown(service))) ?? [];
    const selected = neighbours.filter((pod) => ifKnown(() => isSelected(service, pod), false));
    if (selected.length > 0) return selected.some((pod) => this.flowers.some(({ object }) => object === pod.object));
    const ports = ifKnown(() => part(service, "spec", "ports").items, []);
    return ifKnown(() => namesFlower(nameOf(service)), false) || ports.some(hasFlowerPort);
  }

  /** The Services that lead to one Flower pod. */
  servicesOf(pod: FlowerPod): readonly KubernetesObject[] {
    return this.ofKindIn("Service", namespaceOf(pod.object)).filter((service) => isSelected(service, pod));
  }

  /** Whether a backend, by name and port, is a Flower's Service; one that is not among these objects counts by name or port. */
  isFlowerBackend(namespace: string, name: string | undefined, port: Part): boolean {
    const service = name === undefined ? undefined : this.find("Service", namespace, name);
    if (service !== undefined) return this.leadsToFlower(service);
    return namesFlower(name ?? "") || port.number === 5555;
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function placeOf(kind: string, namespace: string | undefined): string {
  return JSON.stringify([kind, namespace]);
}

function namespaceIfKnown(object: KubernetesObject): string | undefined {
  return ifKnown(() => namespaceOf(object), undefined);
}

function isSelected(service: KubernetesObject, pod: PodTemplate): boolean {
  return (
    namespaceOf(service) === namespaceOf(pod.object) &&
    matchesPlain(part(service, "spec", "selector"), pod.metadata.at("labels"))
  );
}

function hasFlowerPort(port: Part): boolean {
  return ["port", "targetPort"].some((key) => ifKnown(() => port.at(key).number === 5555, false));
}

/** `flower`, `airflow-flower`, `flower-web`; not `sunflower`. */
function namesFlower(name: string): boolean {
  return /(^|[-.])flower([-.]|$)/.test(name);
}
