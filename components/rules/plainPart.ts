import { Output } from "@pulumi/pulumi";
import { locate, UNKNOWN } from "./paths";
import type { Problem } from "./problems";

/** What decides which objects exist. An Output is truthy whatever it holds, so one here would switch a control on or off by itself. */
export const STRUCTURE: readonly string[] = [
  "broker",
  "auth",
  "auth.basic",
  "auth.basic.viewers",
  "auth.basic.viewers[*]",
  "auth.basic.admins",
  "auth.basic.admins[*]",
  "auth.basic.existingSecrets",
  "auth.oauth",
  "auth.oauth.provider",
  "auth.oauth.viewers",
  "auth.oauth.admins",
  "admin",
  "tls",
  "tls.selfSigned",
  "ingress",
  "ingress.controller",
  "networkPolicy",
  "networkPolicy.disabled",
  "persistence",
  "flower.redactTaskArguments",
  "metrics",
  "metrics.serviceMonitor",
  "metrics.podMonitor",
  "metrics.prometheusRule",
];

/** A problem for each part of the structure that is not plain, whatever it may turn out to hold. */
export function liftedStructure(args: unknown): Problem[] {
  return STRUCTURE.flatMap((pattern) => locate(args, pattern))
    .filter(({ value }) => value === UNKNOWN)
    .map(({ path }) => ({
      path,
      reason: "is an Output or a promise; write it plain, since it decides which objects exist",
    }));
}

/** A copy of the arguments in which everything that is not known yet (an Output, a promise) is `UNKNOWN`. */
export function plainPart(value: unknown): unknown {
  if (Output.isInstance(value) || value instanceof Promise) {
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    return value.map(plainPart);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainPart(item)]));
  }
  return value;
}
