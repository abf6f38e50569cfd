import type { Inventory } from "../inventory";
import { part, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { each, type Violation } from "../rule";
import { credentialIn } from "./credentials";
import { ingressMiddlewares, namedMiddlewares } from "./middlewares";

/**
 * The headers that a route adds to requests: whoever may read the route logs in with them, and so does everybody who comes through it.
 * https://gateway-api.sigs.k8s.io/guides/http-header-modifier/
 */
export function* judgeHeaders(route: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  yield* each([judgeOwnHeaders, judgeMiddlewares], (judge) => judge(route, inventory));
}

function* judgeOwnHeaders(route: KubernetesObject): Iterable<Violation> {
  const headers = modifiersOf(route).flatMap((place) => [...place.at("set").items, ...place.at("add").items]);
  yield* each(headers, (header) => judgeHeader(header.at("name").text ?? "", header.at("value")));
}

function* judgeMiddlewares(route: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const middlewares = new Set(middlewaresOf(route, inventory));
  yield* each(middlewares, (middleware) => judgeMiddleware(middleware, middlewares, inventory));
}

/** The Gateway API's filters, and Contour's policies: https://projectcontour.io/docs/main/config/request-rewriting/#header-policy */
function modifiersOf(route: KubernetesObject): readonly Part[] {
  const spec = part(route, "spec");
  switch (route.kind) {
    case "HTTPRoute":
    case "GRPCRoute":
      return filtersOf(spec).map((filter) => filter.at("requestHeaderModifier"));
    case "HTTPProxy": {
      const routes = spec.at("routes").items;
      const places = [...routes, ...routes.flatMap((each) => each.at("services").items)];
      return places.map((place) => place.at("requestHeadersPolicy"));
    }
    default:
      return [];
  }
}

function filtersOf(spec: Part): readonly Part[] {
  const rules = spec.at("rules").items;
  const places = [...rules, ...rules.flatMap((rule) => rule.at("backendRefs").items)];
  return places.flatMap((place) => place.at("filters").items);
}

function middlewaresOf(route: KubernetesObject, inventory: Inventory): readonly KubernetesObject[] {
  const spec = part(route, "spec");
  switch (route.kind) {
    case "Ingress":
      return ingressMiddlewares(route, inventory).flat();
    case "IngressRoute":
      return namedMiddlewares(
        spec.at("routes").items.flatMap((each) => each.at("middlewares").items),
        route,
        inventory,
      );
    case "HTTPRoute": {
      const extensions = filtersOf(spec).map((filter) => filter.at("extensionRef"));
      const references = extensions.filter((reference) => reference.at("kind").text === "Middleware");
      return namedMiddlewares(references, route, inventory);
    }
    default:
      return [];
  }
}

/** A chain names other Middlewares, which join those that are judged. https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/ */
function* judgeMiddleware(
  middleware: KubernetesObject,
  all: Set<KubernetesObject>,
  inventory: Inventory,
): Iterable<Violation> {
  const spec = part(middleware, "spec");
  for (const next of namedMiddlewares(spec.at("chain", "middlewares").items, middleware, inventory)) all.add(next);
  yield* each(spec.at("headers", "customRequestHeaders").members, function* ([name, value]) {
    for (const violation of judgeHeader(name, value)) yield { ...violation, object: middleware };
  });
}

function* judgeHeader(name: string, value: Part): Iterable<Violation> {
  const text = value.text?.trim() ?? "";
  const isLogIn = /^(proxy-)?authorization$/i.test(name) && !isEmptyOrVariable(text);
  const found = credentialIn(text, name.replaceAll("-", "_")) ?? (isLogIn ? "a log-in" : undefined);
  if (found !== undefined) yield { message: `the header ${name} that it adds to requests holds ${found}`, at: value };
}

/** Traefik takes a header out by an empty value; Envoy fills in `%REQ(…)%`. */
function isEmptyOrVariable(text: string): boolean {
  return text === "" || /^[%$]/.test(text);
}
