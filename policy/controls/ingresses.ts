import type { Inventory } from "../inventory";
import { part, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { ingressBackends, ingressPlaces } from "../objects/routes";
import { each, type Violation } from "../rule";
import { annotationsOf, saysNo, saysYes } from "./annotations";
import { anyLeads } from "./flowerRoutes";
import { GOOGLE_CERTIFICATES, judgeLoadBalancer } from "./loadBalancers";
import { ingressMiddlewares } from "./middlewares";

/** Annotations that give an Ingress its certificate without spec.tls, by controller. */
const CERTIFICATES = [
  "alb.ingress.kubernetes.io/certificate-arn",
  "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
  ...GOOGLE_CERTIFICATES,
];

/** Annotations that let plain HTTP through when they say no. */
const REDIRECTS = [
  "nginx.ingress.kubernetes.io/ssl-redirect",
  "haproxy.org/ssl-redirect",
  "haproxy-ingress.github.io/ssl-redirect",
  "traefik.ingress.kubernetes.io/router.tls",
];

/** An Ingress: each host of Flower's needs a certificate, and no way around it. https://kubernetes.io/docs/concepts/services-networking/ingress/#tls */
export function* judgeIngress(ingress: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const judges = [judgeRedirects, judgeLoadBalancer, judgeCertificate];
  yield* each(judges, (judge) => judge(ingress, inventory));
}

function* judgeRedirects(ingress: KubernetesObject): Iterable<Violation> {
  const annotations = annotationsOf(ingress);
  yield* each(REDIRECTS, function* (name) {
    const at = annotations.at(name);
    if (saysNo(at)) yield { message: `the annotation ${name}: ${at.text} serves plain HTTP`, at };
  });
}

function* judgeCertificate(ingress: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const annotations = annotationsOf(ingress);
  if (CERTIFICATES.some((name) => annotations.at(name).exists)) return;
  if (saysYes(annotations.at("traefik.ingress.kubernetes.io/router.tls"))) return;
  const spec = part(ingress, "spec");
  if (spec.at("tls").items.length === 0 && redirects(ingress, inventory)) return;
  if (spec.at("tls").items.length === 0) {
    yield { message: "the Ingress has no spec.tls, so log-ins travel in the clear", at: spec };
    return;
  }
  yield* each(ingressPlaces(spec), function* (place) {
    const host = place.at("host").text;
    const isCovered = spec.at("tls").items.some((entry) => covers(entry.at("hosts"), host));
    if (!isCovered && anyLeads(ingressBackends(place, ingress), inventory))
      yield { message: `no entry of spec.tls covers ${host ?? "a rule without a host"}`, at: place };
  });
}

/** Traefik redirects by a Middleware: the first that a request meets. One that leads nowhere leaves the Ingress without a route. */
function redirects(ingress: KubernetesObject, inventory: Inventory): boolean {
  const [first = []] = ingressMiddlewares(ingress, inventory);
  return first.length > 0 && first.every((each) => part(each, "spec", "redirectScheme", "scheme").text === "https");
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
