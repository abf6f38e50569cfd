import { at, type Rule } from "./rule";

/** The rules on `gateway-api`, of whose implementations none is the usual one. */
export const gatewayRules: Rule[] = [
  {
    path: "ingress.className",
    when: (value, args) => value === undefined && isGateway(args),
    reason: "is missing; with controller gateway-api, write the name of a GatewayClass",
  },
  {
    path: "ingress.namespace",
    when: (value, args) => value === undefined && isGateway(args) && at(args, "networkPolicy.disabled") !== true,
    reason: "is missing; with controller gateway-api, write the namespace of the pods that carry its traffic",
  },
];

function isGateway(args: unknown): boolean {
  return at(args, "ingress.controller") === "gateway-api";
}
