import type { Inventory } from "../inventory";
import { nameOf, namespaceOf, part, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { each, type Violation } from "../rule";

/** Annotations that give an Ingress its certificate without spec.tls, by controller. */
const CERTIFICATES = [
  "alb.ingress.kubernetes.io/certificate-arn",
  "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
  "ingress.gcp.kubernetes.io/pre-shared-cert",
  "networking.gke.io/managed-certificates",
];

/** Annotations that let plain HTTP through when they have this value. */
const PLAIN: Readonly<Record<string, string>> = {
  "nginx.ingress.kubernetes.io/ssl-redirect": "false",
  "haproxy.org/ssl-redirect": "false",
  "haproxy-ingress.github.io/ssl-redirect": "false",
  "traefik.ingress.kubernetes.io/router.tls": "false",
};

/** An Ingress: each host of Flower's needs a certificate. https://kubernetes.io/docs/concepts/services-networking/ingress/#tls */
export function* judgeIngress(ingress: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const annotations = part(ingress, "metadata", "annotations");
  for (const [name, value] of Object.entries(PLAIN)) {
    if (annotations.at(name).text === value)
      yield { message: `the annotation ${name}: ${value} serves plain HTTP`, at: annotations.at(name) };
  }
  if (CERTIFICATES.some((name) => annotations.at(name).exists)) return;
  if (annotations.at("traefik.ingress.kubernetes.io/router.tls").text === "true") return;
  const spec = part(ingress, "spec");
  if (spec.at("tls").items.length === 0 && redirects(ingress, inventory)) return;
  if (spec.at("tls").items.length === 0) {
    yield { message: "the Ingress has no spec.tls, so log-ins travel in the clear", at: spec };
    return;
  }
  const rules = spec.at("rules").items.filter((rule) => leadsToFlower(rule, namespaceOf(ingress), inventory));
  yield* each(rules, function* (rule) {
    const host = rule.at("host").text;
    const isCovered = spec.at("tls").items.some((entry) => covers(entry.at("hosts"), host));
    if (!isCovered) yield { message: `no entry of spec.tls covers ${host ?? "a rule without a host"}`, at: rule };
  });
}

/**
 * Traefik redirects by a Middleware, which an Ingress for plain HTTP names as namespace-name@kubernetescrd. The namespace is not compared, as a preview may not know it: a
 * reference that leads nowhere leaves the Ingress without a route. https://doc.traefik.io/traefik/middlewares/overview/
 */
function redirects(ingress: KubernetesObject, inventory: Inventory): boolean {
  const names = part(ingress, "metadata", "annotations").at("traefik.ingress.kubernetes.io/router.middlewares").text;
  // The first in the list is the first that a request meets.
  const first = names?.split(",")[0]?.trim() ?? "";
  const named = inventory
    .ofKind("Middleware", /traefik/)
    .filter((middleware) => first.endsWith(`-${nameOf(middleware)}@kubernetescrd`));
  return named.length > 0 && named.every((each) => part(each, "spec", "redirectScheme", "scheme").text === "https");
}

function leadsToFlower(rule: Part, namespace: string, inventory: Inventory): boolean {
  return rule.at("http", "paths").items.some((path) => {
    const service = path.at("backend", "service");
    const name = service.at("name").text ?? path.at("backend", "serviceName").text;
    return inventory.isFlowerBackend(namespace, name, service.at("port", "number"));
  });
}

/** An entry without hosts stands for all of them. */
function covers(hosts: Part, host: string | undefined): boolean {
  const { texts } = hosts;
  if (texts.length === 0) return true;
  return host !== undefined && texts.some((each) => each === host || isWildcardOf(each, host));
}

/** `*.example.com` stands for one label. */
function isWildcardOf(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") && host.slice(host.indexOf(".")) === pattern.slice(1);
}
