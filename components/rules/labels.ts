import { isLabelKey, isLabelValue } from "./grammar";
import { isObject, record, text, type Rule } from "./rule";

/** Labels: keys and values of the grammar, and none of those that are ours. */
export function labelRules(path: string, kept: readonly string[] = []): Rule[] {
  return [
    ...keyRules(path, kept),
    text(`${path}{*}`, isLabelValue, "is not the value of a label; write at most 63 of A-Z a-z 0-9 . _ -"),
  ];
}

/** Labels by which pods or namespaces are chosen: to Kubernetes, none choose all. */
export function selectorRules(path: string): Rule[] {
  return [
    ...labelRules(path),
    {
      path,
      when: (value) => isObject(value) && Object.keys(value).length === 0,
      reason: "selects everything; write at least one label, or remove it for the default",
    },
  ];
}

/** Annotations: keys of the grammar, any text, and none of those that carry a control or could undo one. */
export function annotationRules(path: string, kept: readonly string[]): Rule[] {
  return [...keyRules(path, kept), text(`${path}{*}`, () => true, "is not a text; write one in quotes")];
}

function keyRules(path: string, kept: readonly string[]): Rule[] {
  const wrong = (value: unknown) => keys(value).filter((key) => !isLabelKey(key));
  return [
    record(path, () => false, 'is not an object; write keys and texts, such as { "app.kubernetes.io/name": "redis" }'),
    {
      path,
      when: (value) => wrong(value).length > 0,
      reason: (value) =>
        `has the key ${JSON.stringify(wrong(value)[0])}, which is none; write an optional DNS prefix, a slash and a name`,
      shown: "nothing",
    },
    ...(kept.length === 0 ? [] : [keptRule(path, kept)]),
  ];
}

function keptRule(path: string, kept: readonly string[]): Rule {
  const ours = (value: unknown) => keys(value).filter((key) => kept.includes(key));
  return {
    path,
    when: (value) => ours(value).length > 0,
    reason: (value) =>
      `sets ${ours(value).join(", ")}, which carries a control of this component or could undo one; remove it`,
    shown: "nothing",
  };
}

function keys(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}
