import { part, type KubernetesObject } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";

/** The annotations of an object. */
export function annotationsOf(object: KubernetesObject): Part {
  return part(object, "metadata", "annotations");
}

/** What controllers in Go take for yes and no (https://pkg.go.dev/strconv#ParseBool), and HAProxy's words. */
const YES = /^(1|t|true|yes|on)$/i;
const NO = /^(0|f|false|no|off)$/i;

/** Whether an annotation says yes; an absent one says neither. */
export function saysYes({ text }: Part): boolean {
  return text !== undefined && YES.test(text);
}

/** Whether an annotation says no. */
export function saysNo({ text }: Part): boolean {
  return text !== undefined && NO.test(text);
}
