import { hasOwnLauncher, ownScripts } from "../flower/launcher";
import { ifKnown, type Part } from "../objects/part";
import type { FlowerPod, Inventory } from "../inventory";
import { nameOf, namespaceOf, part, type KubernetesObject } from "../objects/kubernetesObject";
import { containersOf } from "../objects/pods";
import { each, flowerPods, judgePodOr, type Context, type Rule, type Violation } from "../rule";
import { credentialIn } from "./credentials";
import { flowerRoutes } from "./flowerRoutes";
import { judgeHeaders } from "./routeHeaders";
import { judgeAnnotations } from "./secrets";

/** ConfigMaps are neither encrypted nor kept from who may look: https://kubernetes.io/docs/concepts/configuration/configmap/ */
export const secretsConfigMap: Rule = {
  id: "secrets-config-map",
  control: "secrets",
  title: "No credential in a ConfigMap that the pod uses, nor in an annotation or a header of what leads to it",
  remediation:
    "Move it to a Secret, and mount that or take it by secretKeyRef in place of the ConfigMap; take a header that logs everybody in out of the route",
  level: "mandatory",
  scope: "stack",
  subjects: (inventory) => [...flowerPods(inventory), ...inventory.flowerServices, ...flowerRoutes(inventory)],
  judge: judgePodOr(judgePod, judgeWay),
};

function* judgePod(pod: FlowerPod, { inventory }: Context): Iterable<Violation> {
  const own = harmlessTexts(inventory, pod);
  yield* each(configMapsOf(inventory, pod), (configMap) =>
    each(part(configMap, "data").members, function* ([key, value]) {
      const found = own.has(value.text) ? undefined : credentialIn(value.text ?? "", key);
      if (found !== undefined) yield { message: `its key ${key} holds ${found}`, at: value, object: configMap };
    }),
  );
}

/** A Service or a route. */
function* judgeWay(way: KubernetesObject, { inventory }: Context): Iterable<Violation> {
  yield* each([judgeWayAnnotations, judgeHeaders], (judge) => judge(way, inventory));
}

function* judgeWayAnnotations(way: KubernetesObject): Iterable<Violation> {
  for (const violation of judgeAnnotations(part(way, "metadata"))) if (!namesSecret(violation.at)) yield violation;
}

/** Annotations by which controllers are told the name of a Secret, which is no secret: nginx.ingress.kubernetes.io/auth-tls-secret. */
function namesSecret({ path, text }: Part): boolean {
  return /(^|[-/])secret$/.test(String(path.at(-1))) && /^([a-z0-9.-]+\/)?[a-z0-9.-]+$/.test(text ?? "");
}

/** The texts of our own start scripts speak of passwords, and hold none: told by content, not by name. */
function harmlessTexts(inventory: Inventory, pod: FlowerPod): ReadonlySet<string | undefined> {
  const isOwn = pod.containers.some((container) => ifKnown(() => hasOwnLauncher({ inventory, pod, container }), false));
  return new Set(isOwn ? Object.values(ownScripts()) : []);
}

/** Every ConfigMap among the objects that the pod mounts or takes variables of. */
function configMapsOf(inventory: Inventory, { object, spec }: FlowerPod): readonly KubernetesObject[] {
  const volumes = spec.at("volumes").items;
  const containers = containersOf(spec);
  const names = new Set(
    [
      ...volumes.map((volume) => volume.at("configMap", "name").text),
      ...volumes.flatMap((volume) =>
        volume.at("projected", "sources").items.map((source) => source.at("configMap", "name").text),
      ),
      ...containers.flatMap((each) => each.at("envFrom").items.map((source) => source.at("configMapRef", "name").text)),
      ...containers.flatMap((each) =>
        each.at("env").items.map((entry) => entry.at("valueFrom", "configMapKeyRef", "name").text),
      ),
    ].filter((name) => name !== undefined),
  );
  const inNamespace = inventory.ofKind("ConfigMap").filter((each) => namespaceOf(each) === namespaceOf(object));
  return inNamespace.filter((configMap) => names.has(nameOf(configMap)));
}
