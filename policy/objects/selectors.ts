import type { Part } from "./part";

/** Whether a Service's plain selector matches these labels. An empty one selects nothing. */
export function matchesPlain(selector: Part, labels: Part): boolean {
  const wanted = selector.members;
  return wanted.length > 0 && wanted.every(([key, value]) => labels.at(key).text === value.text);
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

/** Whether a selector names anything: `{}` does not. */
export function isSelective(selector: Part): boolean {
  return selector.at("matchLabels").members.length > 0 || selector.at("matchExpressions").items.length > 0;
}
