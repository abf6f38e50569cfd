import type { Inventory } from "../inventory";
import { part, type KubernetesObject } from "../objects/kubernetesObject";
import { ifKnown } from "../objects/part";
import { backendsOf, isRoute } from "../objects/routes";
import type { Rule, Violation } from "../rule";
import { judgeGatewayRoute } from "./gateways";
import { judgeIngress } from "./ingresses";

/** The guide's step 3, for everything that leads to Flower from outside. */
export const tls: Rule = {
  id: "tls",
  control: "tls",
  title: "Every Ingress, Gateway listener and route to Flower has TLS",
  remediation:
    "Give the Ingress spec.tls with each of its hosts and a secretName (or the route `tls`, the listener protocol HTTPS with certificateRefs), and leave the redirect of plain HTTP on",
  level: "mandatory",
  scope: "stack",
  subjects: (inventory) =>
    inventory.objects
      .filter((object) => isRoute(object) && ifKnown(() => leadsToFlower(object, inventory), false))
      .map((object) => ({ object })),
  judge: ({ object }, { inventory }) => judgeRoute(object, inventory),
};

function leadsToFlower(route: KubernetesObject, inventory: Inventory): boolean {
  return backendsOf(route).some(({ namespace, name, port }) =>
    ifKnown(() => inventory.isFlowerBackend(namespace, name, port), false),
  );
}

function judgeRoute(route: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  switch (route.kind) {
    case "Ingress":
      return judgeIngress(route, inventory);
    case "IngressRoute":
    case "IngressRouteTCP":
      return judgeIngressRoute(route);
    case "Route":
      return judgeOpenShiftRoute(route);
    case "HTTPProxy":
      return judgeMember(route, "virtualhost", "tls");
    default:
      return judgeGatewayRoute(route, inventory);
  }
}

function* judgeMember(route: KubernetesObject, ...path: string[]): Iterable<Violation> {
  const spec = part(route, "spec");
  if (!spec.at(...path).exists) yield { message: `the ${route.kind} has no spec.${path.join(".")}`, at: spec };
}

/** https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/ */
function* judgeIngressRoute(route: KubernetesObject): Iterable<Violation> {
  yield* judgeMember(route, "tls");
}

/** https://docs.redhat.com/en/documentation/openshift_container_platform/ (secured routes) */
function* judgeOpenShiftRoute(route: KubernetesObject): Iterable<Violation> {
  yield* judgeMember(route, "tls");
  const plain = part(route, "spec", "tls", "insecureEdgeTerminationPolicy");
  if (plain.text === "Allow")
    yield { message: "the Route serves plain HTTP as well (insecureEdgeTerminationPolicy)", at: plain };
}
