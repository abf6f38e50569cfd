import { groupOf, namespaceOf, part, type KubernetesObject } from "./kubernetesObject";
import type { Part } from "./part";

/** Where a route leads. */
export interface Backend {
  readonly namespace: string;
  readonly name: string | undefined;
  readonly port: Part;
}

/** Objects that lead requests from outside to a Service: by kind, with the API group that each belongs to. */
const ROUTES: ReadonlyMap<string, RegExp> = new Map([
  ["Ingress", /^(networking\.k8s\.io|extensions)$/],
  ...["HTTPRoute", "TLSRoute", "TCPRoute", "GRPCRoute"].map((kind): [string, RegExp] => [
    kind,
    /^gateway\.networking\.k8s\.io$/,
  ]),
  ["IngressRoute", /traefik/],
  ["IngressRouteTCP", /traefik/],
  ["Route", /^route\.openshift\.io$/],
  ["HTTPProxy", /^projectcontour\.io$/],
]);

/** Whether an object is one of these. */
export function isRoute(object: KubernetesObject): boolean {
  return ROUTES.get(object.kind)?.test(groupOf(object)) ?? false;
}

/** Every backend of a route. */
export function backendsOf(route: KubernetesObject): readonly Backend[] {
  const namespace = namespaceOf(route);
  const spec = part(route, "spec");
  switch (route.kind) {
    case "Ingress":
      return ingressBackends(spec).map((backend) => ({ namespace, ...ingressService(backend) }));
    case "Route":
      return [{ namespace, name: spec.at("to", "name").text, port: spec.at("port", "targetPort") }];
    case "IngressRoute":
    case "IngressRouteTCP":
    case "HTTPProxy":
      return services(spec).map((service) => toBackend(service, namespace));
    default:
      return spec
        .at("rules")
        .items.flatMap((rule) => rule.at("backendRefs").items)
        .map((reference) => toBackend(reference, namespace));
  }
}

function ingressBackends(spec: Part): readonly Part[] {
  const paths = spec.at("rules").items.flatMap((rule) => rule.at("http", "paths").items);
  const all = [...paths.map((path) => path.at("backend")), spec.at("defaultBackend"), spec.at("backend")];
  return all.filter((backend) => backend.exists);
}

/** `networking.k8s.io/v1`, and the older form. */
function ingressService(backend: Part): { name: string | undefined; port: Part } {
  const port = backend.at("service", "port", "number");
  if (backend.at("service").exists) return { name: backend.at("service", "name").text, port };
  return { name: backend.at("serviceName").text, port: backend.at("servicePort") };
}

function services(spec: Part): readonly Part[] {
  return spec.at("routes").items.flatMap((route) => route.at("services").items);
}

function toBackend(reference: Part, namespace: string): Backend {
  const name = reference.at("name").text;
  return { namespace: reference.at("namespace").text ?? namespace, name, port: reference.at("port") };
}
