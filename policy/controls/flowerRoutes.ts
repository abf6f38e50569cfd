import { candidates, type Candidate, type Inventory } from "../inventory";
import { part } from "../objects/kubernetesObject";
import { anyOf, UnknownValue, type Part } from "../objects/part";
import { backendsOf, isRoute, toBackend, type Backend } from "../objects/routes";

/** What leads requests from outside to a Flower, or may do so. */
export function flowerRoutes(inventory: Inventory): readonly Candidate[] {
  const routes = candidates(inventory.objects.filter(isRoute), (route) => anyLeads(backendsOf(route), inventory));
  // Where nothing is a Flower, a route to who knows where is no reason to speak of one.
  return inventory.mayHaveFlower ? routes : routes.filter(({ doubt }) => doubt === undefined);
}

/** Whether any of these backends is a Flower's. Throws UnknownValue where that is not known yet. */
export function anyLeads(backends: readonly Backend[], inventory: Inventory, services = MOST_SERVICES): boolean {
  return anyOf(backends, (backend) =>
    backend.kind?.text === "TraefikService"
      ? traefikServiceLeads(backend, inventory, services)
      : inventory.isFlowerBackend(backend),
  );
}

/** TraefikServices within each other: a ring of them must not be followed without end. */
const MOST_SERVICES = 4;

/** https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/traefikservice/ */
function traefikServiceLeads({ name, namespace }: Backend, inventory: Inventory, services: number): boolean {
  const wanted = name.text ?? "";
  // `api@internal` is Traefik's own dashboard, and other names with an @ are another provider's.
  if (wanted.includes("@")) return false;
  const service = inventory.find("TraefikService", namespace(), wanted, /traefik/);
  if (service === undefined)
    throw new UnknownValue(`TraefikService ${namespace()}/${wanted} is not among these objects`);
  if (services === 0) return false;
  const backends = partsOf(part(service, "spec")).map((reference) => toBackend(reference, service));
  return anyLeads(backends, inventory, services - 1);
}

/** Every Service to which one sends requests, copies of them too. */
function partsOf(spec: Part): readonly Part[] {
  const mirroring = spec.at("mirroring");
  return [
    ...["weighted", "highestRandomWeight"].flatMap((kind) => spec.at(kind, "services").items),
    ...(mirroring.exists ? [mirroring, ...mirroring.at("mirrors").items] : []),
    ...["service", "fallback"].map((key) => spec.at("failover", key)).filter((each) => each.exists),
  ];
}
