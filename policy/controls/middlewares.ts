import type { Inventory } from "../inventory";
import { nameOf, namespaceOf, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { annotationsOf } from "./annotations";

const TRAEFIK = /traefik/;

/**
 * The Middlewares that an Ingress names for Traefik, as namespace-name@kubernetescrd, in the order in which a request meets them: for each name those that it can stand
 * for. The namespace is not compared, as a preview may not know it. https://doc.traefik.io/traefik/middlewares/overview/
 */
export function ingressMiddlewares(
  ingress: KubernetesObject,
  inventory: Inventory,
): readonly (readonly KubernetesObject[])[] {
  const { text } = annotationsOf(ingress).at("traefik.ingress.kubernetes.io/router.middlewares");
  const middlewares = inventory.ofKind("Middleware", TRAEFIK);
  const names = (text ?? "").split(",").map((name) => name.trim());
  return names
    .filter((name) => name !== "")
    .map((name) => middlewares.filter((middleware) => name.endsWith(`-${nameOf(middleware)}@kubernetescrd`)));
}

/** The Middlewares among the objects that references of a route or of another Middleware name. */
export function namedMiddlewares(
  references: readonly Part[],
  referrer: KubernetesObject,
  inventory: Inventory,
): readonly KubernetesObject[] {
  return references.flatMap((reference) => {
    const namespace = reference.at("namespace").text ?? namespaceOf(referrer);
    return inventory.find("Middleware", namespace, reference.at("name").text ?? "", TRAEFIK) ?? [];
  });
}
