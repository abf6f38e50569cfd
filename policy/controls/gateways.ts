import type { Inventory } from "../inventory";
import { namespaceOf, part, type KubernetesObject } from "../objects/kubernetesObject";
import { UnknownValue, type Part } from "../objects/part";
import { each, type Violation } from "../rule";

const GATEWAY_API = /^gateway\.networking\.k8s\.io$/;

/** A route of the Gateway API: every listener to which it is attached has to speak TLS. https://gateway-api.sigs.k8s.io/guides/tls/ */
export function* judgeGatewayRoute(route: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const parents = part(route, "spec", "parentRefs");
  if (parents.items.length === 0) yield { message: "the route is attached to no Gateway", at: part(route, "spec") };
  yield* each(parents.items, (parent) => judgeParent(parent, route, inventory));
}

function* judgeParent(parent: Part, route: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const name = parent.at("name").text ?? "";
  const gateway = inventory.find("Gateway", parent.at("namespace").text ?? namespaceOf(route), name, GATEWAY_API);
  if (gateway === undefined) throw new UnknownValue(`Gateway ${name} is not among these objects`);
  const section = parent.at("sectionName").text;
  const port = parent.at("port").number;
  const attached = part(gateway, "spec", "listeners").items.filter(
    (listener) =>
      (section === undefined || listener.at("name").text === section) &&
      (port === undefined || listener.at("port").number === port),
  );
  yield* each(attached, (listener) => judgeListener(listener, gateway));
}

function* judgeListener(listener: Part, gateway: KubernetesObject): Iterable<Violation> {
  const protocol = listener.at("protocol").text ?? "none";
  const name = listener.at("name").text ?? "";
  if (protocol !== "HTTPS" && protocol !== "TLS") {
    yield {
      message: `the route is attached to the listener ${name}, whose protocol is ${protocol}: name an HTTPS listener in sectionName`,
      at: listener,
      object: gateway,
    };
    return;
  }
  const certificates = listener.at("tls", "certificateRefs").items.length > 0 || listener.at("tls", "options").exists;
  if (listener.at("tls", "mode").text !== "Passthrough" && !certificates) {
    yield { message: `the listener ${name} has no certificateRefs`, at: listener, object: gateway };
  }
}
