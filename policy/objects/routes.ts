import { groupOf, namespaceOf, part, type KubernetesObject } from "./kubernetesObject";
import type { Part } from "./part";

/** Where a route leads. */
export interface Backend {
  readonly name: Part;
  /** Of another kind than a Service, if it names one. */
  readonly kind?: Part;
  readonly port: Part;
  /** Throws UnknownValue where it is not known yet. */
  readonly namespace: () => string;
}

/** The API group of an Ingress, and its former one. */
export const INGRESS_GROUP = /^(networking\.k8s\.io|extensions)$/;

/** Objects that lead requests from outside to a Service: by kind, with the API group that each belongs to. */
const ROUTES: ReadonlyMap<string, RegExp> = new Map([
  ["Ingress", INGRESS_GROUP],
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
  const spec = part(route, "spec");
  switch (route.kind) {
    case "Ingress":
      return ingressPlaces(spec).flatMap((place) => ingressBackends(place, route));
    case "Route":
      return [toBackend(spec.at("to"), route, spec.at("port", "targetPort"))];
    case "IngressRoute":
    case "IngressRouteTCP":
    case "HTTPProxy":
      return servicesOf(spec).map((service) => toBackend(service, route));
    default:
      return spec
        .at("rules")
        .items.flatMap((rule) => rule.at("backendRefs").items)
        .map((reference) => toBackend(reference, route));
  }
}

/** The parts of an Ingress that lead on: its rules, and what serves requests that no rule is for. */
export function ingressPlaces(spec: Part): readonly Part[] {
  const otherwise = [spec.at("defaultBackend"), spec.at("backend")].filter((backend) => backend.exists);
  return [...spec.at("rules").items, ...otherwise];
}

/** The backends of one of {@link ingressPlaces}. */
export function ingressBackends(place: Part, ingress: KubernetesObject): readonly Backend[] {
  const backends = place.at("http").exists
    ? place.at("http", "paths").items.map((path) => path.at("backend"))
    : [place];
  return backends.map((backend) => toIngressBackend(backend, ingress));
}

/** `networking.k8s.io/v1`, and the older form. */
function toIngressBackend(backend: Part, ingress: KubernetesObject): Backend {
  const namespace = (): string => namespaceOf(ingress);
  const service = backend.at("service");
  if (service.exists) return { name: service.at("name"), port: service.at("port", "number"), namespace };
  return { name: backend.at("serviceName"), port: backend.at("servicePort"), namespace };
}

/** Contour's HTTPProxy leads TCP to Services as well: https://projectcontour.io/docs/main/config/tls-termination/#tls-session-passthrough */
function servicesOf(spec: Part): readonly Part[] {
  return [...spec.at("routes").items, spec.at("tcpproxy")].flatMap((route) => route.at("services").items);
}

/** The backend that a reference names, in the namespace of who refers to it unless it says another. */
export function toBackend(reference: Part, referrer: KubernetesObject, port = reference.at("port")): Backend {
  return {
    name: reference.at("name"),
    kind: reference.at("kind"),
    port,
    namespace: () => reference.at("namespace").text ?? namespaceOf(referrer),
  };
}
