import { cidrFault, isDnsLabel, isWithin } from "./grammar";
import { cidr, isOfEverybody } from "./ranges";
import { selectorRules } from "./labels";
import { at, given, integer, list, text, type Rule } from "./rule";

/** @param withPorts whether the peers' ports are ours to choose; inwards there is only 8443 */
export function peerRules(path: string, withPorts: boolean): Rule[] {
  return [
    list(path, 'peers, such as [{ cidr: "10.1.2.3/32" }]'),
    cidr(`${path}[*].cidr`),
    cidr(`${path}[*].except[*]`),
    ...choiceRules(path),
    text(`${path}[*].namespace`, isDnsLabel, "is not the name of a namespace; write one such as redis"),
    ...selectorRules(`${path}[*].namespaceLabels`),
    ...selectorRules(`${path}[*].podLabels`),
    ...(withPorts ? portRules(`${path}[*].ports`) : [noPorts(`${path}[*].ports`)]),
  ];
}

function portRules(path: string): Rule[] {
  return [
    {
      path,
      // To Kubernetes, a rule without ports opens all of them; nobody who writes an empty list wants that.
      when: (value) => value !== undefined && !(Array.isArray(value) && value.length > 0),
      reason:
        "is not a list of at least one port; write those of the pods, such as [6379], or remove it for the default",
    },
    integer(`${path}[*]`, 1, 65_535, "a port of the pods, such as 6379"),
  ];
}

/** Outwards everybody may be meant, at a port: a broker or an API whose address changes. */
export function everyPortRule(path: string): Rule {
  return {
    path,
    when: (value) => isOfEverybody(at(value, "cidr")) && !given(value, "ports"),
    reason: "opens every port of everybody; write its ports, such as [443], or a narrower cidr",
  };
}

function noPorts(path: string): Rule {
  return {
    path,
    when: (value) => value !== undefined,
    reason: "cannot be chosen, since only 8443 is open; remove it",
  };
}

/** Which members go together. */
function choiceRules(path: string): Rule[] {
  const selectors = ["namespace", "namespaceLabels", "podLabels"];
  return [
    {
      path: `${path}[*]`,
      when: (value) => given(value, "cidr") === selectors.some((member) => given(value, member)),
      reason: "names no peer or two; write either a cidr, or a namespace, namespaceLabels and podLabels",
    },
    {
      path: `${path}[*]`,
      when: (value) => given(value, "namespace") && given(value, "namespaceLabels"),
      reason: "has both namespace and namespaceLabels; write one of them",
    },
    {
      path: `${path}[*]`,
      when: (value) => given(value, "except") && !given(value, "cidr"),
      reason: "has except without a cidr; remove it",
    },
    {
      path: `${path}[*]`,
      when: (value) => exceptionsOutside(value).length > 0,
      reason: (value) => `has except ${exceptionsOutside(value).join(", ")} outside its cidr; write ranges within it`,
    },
  ];
}

function exceptionsOutside(peer: unknown): string[] {
  const [cidr, except] = [at(peer, "cidr"), at(peer, "except")];
  if (typeof cidr !== "string" || cidrFault(cidr) !== undefined || !Array.isArray(except)) {
    return [];
  }
  return except.filter(
    (range): range is string => typeof range === "string" && cidrFault(range) === undefined && !isWithin(range, cidr),
  );
}
