import { isKubernetesObject } from "../../testing/kubernetes";
import { objectsOf, type KubernetesObject } from "../objects/kubernetesObject";

/** A resource of a Pulumi program. */
export interface Resource {
  /** The type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly urn: string;
  /** Inputs or outputs, plain, with UNKNOWN for what is not known. */
  readonly properties: unknown;
}

/**
 * The Kubernetes objects that a resource stands for. Charts, ConfigFiles and ConfigGroups register what they make as resources of its own, which are judged;
 * a Helm `Release` does not, and what it makes cannot be seen. Patches hold a part of an object, which says nothing of the rest.
 */
export function objectsOfResource({ type, urn, properties }: Resource): readonly KubernetesObject[] {
  const [, version = "", kind = ""] = /^kubernetes:([^:]+):([^:]+)$/.exec(type) ?? [];
  if (!isKubernetesObject(type) || kind.endsWith("Patch")) return [];
  const apiVersion = version.replace(/^core\//, "");
  return objectsOf(properties, { origin: { name: urn }, type: { apiVersion, kind } });
}
