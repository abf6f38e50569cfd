import type { Inventory } from "../inventory";
import { part, type KubernetesObject } from "../objects/kubernetesObject";
import { toBackend } from "../objects/routes";
import { each, type Rule, type Violation } from "../rule";
import { anyLeads, flowerRoutes } from "./flowerRoutes";
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
  subjects: flowerRoutes,
  judge: ({ object }, { inventory }) => judgeRoute(object, inventory),
};

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
      return judgeContourProxy(route, inventory);
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

/** https://projectcontour.io/docs/main/config/tls-termination/#permitting-insecure-http */
function* judgeContourProxy(proxy: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  yield* judgeMember(proxy, "virtualhost", "tls");
  yield* each(part(proxy, "spec", "routes").items, function* (route) {
    const plain = route.at("permitInsecure");
    const backends = route.at("services").items.map((service) => toBackend(service, proxy));
    if (plain.flag && anyLeads(backends, inventory))
      yield { message: "the HTTPProxy serves plain HTTP as well (permitInsecure)", at: plain };
  });
}

/** https://docs.redhat.com/en/documentation/openshift_container_platform/ (secured routes) */
function* judgeOpenShiftRoute(route: KubernetesObject): Iterable<Violation> {
  yield* judgeMember(route, "tls");
  const plain = part(route, "spec", "tls", "insecureEdgeTerminationPolicy");
  if (plain.text === "Allow")
    yield { message: "the Route serves plain HTTP as well (insecureEdgeTerminationPolicy)", at: plain };
}
