import type { Inventory } from "../inventory";
import { namespaceOf, part, type KubernetesObject } from "../objects/kubernetesObject";
import { UnknownValue } from "../objects/part";
import { INGRESS_GROUP } from "../objects/routes";
import { each, type Violation } from "../rule";
import { annotationsOf, saysNo } from "./annotations";

/** Annotations that name the certificate of Google's load balancer. */
export const GOOGLE_CERTIFICATES = [
  "ingress.gcp.kubernetes.io/pre-shared-cert",
  "networking.gke.io/managed-certificates",
];

/** An Ingress for a cloud's load balancer, which serves plain HTTP beside its certificate unless it is told otherwise. */
export function* judgeLoadBalancer(ingress: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  yield* each([judgeAmazon, judgeGoogle], (judge) => judge(ingress, inventory));
}

/** https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#listen-ports */
const ALB = "alb.ingress.kubernetes.io/";

function* judgeAmazon(ingress: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const ports = annotationsOf(ingress).at(`${ALB}listen-ports`);
  if (!/"HTTP"\s*:/.test(ports.text ?? "") || redirectsAmazon(ingress)) return;
  const group = annotationsOf(ingress).at(`${ALB}group.name`).text;
  const others = inventory.ofKind("Ingress", INGRESS_GROUP);
  // What one Ingress of a group says of the redirect counts for all of them.
  const members = others.filter((other) => annotationsOf(other).at(`${ALB}group.name`).text === group);
  if (group !== undefined && members.some(redirectsAmazon)) return;
  if (group !== undefined)
    throw new UnknownValue(
      `the redirect to HTTPS may be in another Ingress of the group ${group}, which is not among these objects`,
    );
  yield { message: `the annotation ${ALB}listen-ports has HTTP, and ${ALB}ssl-redirect is not set`, at: ports };
}

/** By the annotation, or as older ones do it by an action. */
function redirectsAmazon(ingress: KubernetesObject): boolean {
  return annotationsOf(ingress).members.some(([name, value]) => {
    if (name === `${ALB}ssl-redirect`) return value.exists;
    return name.startsWith(`${ALB}actions.`) && /redirect.*HTTPS/is.test(value.text ?? "");
  });
}

const ALLOW_HTTP = "kubernetes.io/ingress.allow-http";
const FRONTEND = "networking.gke.io/v1beta1.FrontendConfig";

/** https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl#disable-http */
function* judgeGoogle(ingress: KubernetesObject, inventory: Inventory): Iterable<Violation> {
  const annotations = annotationsOf(ingress);
  if (!isGoogle(ingress) || saysNo(annotations.at(ALLOW_HTTP))) return;
  const frontend = annotations.at(FRONTEND).text;
  if (frontend !== undefined && redirectsGoogle(frontend, ingress, inventory)) return;
  yield { message: `the load balancer serves plain HTTP as well: ${ALLOW_HTTP} is not "false"`, at: annotations };
}

function isGoogle(ingress: KubernetesObject): boolean {
  const annotations = annotationsOf(ingress);
  const hasCertificate = GOOGLE_CERTIFICATES.some((name) => annotations.at(name).exists);
  return hasCertificate || /^gce(-internal)?$/.test(annotations.at("kubernetes.io/ingress.class").text ?? "");
}

/** https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_redirect */
function redirectsGoogle(name: string, ingress: KubernetesObject, inventory: Inventory): boolean {
  const config = inventory.find("FrontendConfig", namespaceOf(ingress), name, /^networking\.gke\.io$/);
  if (config === undefined) throw new UnknownValue(`FrontendConfig ${name} is not among these objects`);
  return part(config, "spec", "redirectToHttps", "enabled").flag === true;
}
