import type { Labels, Model } from "../model";
import { INSTANCE_LABEL, NAME_LABEL } from "./names";

/** What Service, Deployment and NetworkPolicy select by. Never changes: a Deployment's selector is immutable. */
export function selectorLabels(name: string): Record<string, string> {
  return { [NAME_LABEL]: "flower", [INSTANCE_LABEL]: name };
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
