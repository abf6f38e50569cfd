import { allOf, type Part } from "./part";

/** Whether a Service's plain selector matches what has these labels. An empty one selects nothing. */
export function matchesPlain(selector: Part, hasLabel: (key: string, value: string | undefined) => boolean): boolean {
  const wanted = selector.members;
  return wanted.length > 0 && allOf(wanted, ([key, value]) => hasLabel(key, value.text));
}

/**
 * Whether a label selector matches these labels. An empty one selects everything.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function matchesSelector(selector: Part, labels: Part): boolean {
  const equal = selector.at("matchLabels").members.every(([key, value]) => labels.at(key).text === value.text);
  return equal && selector.at("matchExpressions").items.every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: Part, labels: Part): boolean {
  const value = labels.at(expression.at("key").text ?? "").text;
  const isListed = value !== undefined && expression.at("values").texts.includes(value);
  switch (expression.at("operator").text) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case undefined:
    default:
      return false;
  }
}

/** The label that every namespace has. https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** Whether a selector names whom it selects: `{}` does not, and whom `NotIn` and `DoesNotExist` leave out is all that those name. */
export function isSelective(selector: Part): boolean {
  if (selector.at("matchLabels").members.length > 0) return true;
  return selector.at("matchExpressions").items.some((expression) => {
    const operator = expression.at("operator").text;
    return operator === "In" || (operator === "Exists" && expression.at("key").text !== NAMESPACE_NAME);
  });
}
