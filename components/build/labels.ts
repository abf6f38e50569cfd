import { createHash } from "node:crypto";
import type { Labels, Model } from "../model";
import { GENERATION_LABEL, INSTANCE_LABEL, NAME_LABEL } from "./names";

/** What the NetworkPolicy selects by: every pod of a dashboard. */
export function selectorLabels(name: string): Record<string, string> {
  return { [NAME_LABEL]: "flower", [INSTANCE_LABEL]: name };
}

/**
 * What Service and Deployment select by: the pods of one private CA. An `up` that renews the CA makes both anew beside the old ones, and
 * the controller changes over in one step. Where objects have names of their own, as in GitOps, the value is always the same.
 *
 * @param authority name of the ConfigMap with the CA's certificate; as a hash, since a name can be longer than a label's value
 */
export function generationLabels(name: string, authority: string): Record<string, string> {
  const generation = createHash("sha256").update(authority).digest("hex").slice(0, 10);
  return { ...selectorLabels(name), [GENERATION_LABEL]: generation };
}

/** Labels of every object. https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */
export function objectLabels(name: string): Record<string, string> {
  return {
    ...selectorLabels(name),
    "app.kubernetes.io/managed-by": "pulumi",
    "app.kubernetes.io/part-of": "secure-flower",
  };
}

/** Labels of the pod: the user's, and ours on top. */
export function podLabels({ name, pod }: Model): Labels {
  return { ...pod.labels, ...objectLabels(name) };
}
