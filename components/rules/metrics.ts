import { isDnsLabel } from "./grammar";
import { labelRules, selectorRules } from "./labels";
import { PROTECTED_LABELS } from "../build/names";
import { at, flag, required, text, type Rule } from "./rule";

const FLAGS = ["serviceMonitor", "podMonitor", "prometheusRule"];

/** The rules on who may scrape. */
export const metricsRules: Rule[] = [
  required("metrics.namespace", "write the namespace of the Prometheus that may scrape, such as monitoring"),
  text("metrics.namespace", isDnsLabel, "is not the name of a namespace; write one such as monitoring"),
  ...selectorRules("metrics.podLabels"),
  ...FLAGS.map((member) => flag(`metrics.${member}`)),
  {
    path: "metrics.podMonitor",
    when: (value, args) => value === true && at(args, "metrics.serviceMonitor") === true,
    reason: "stands beside metrics.serviceMonitor, so that everything would be scraped twice; write one of them",
  },
  ...labelRules("metrics.labels", PROTECTED_LABELS),
  {
    path: "metrics.labels",
    when: (value, args) => value !== undefined && FLAGS.every((member) => at(args, `metrics.${member}`) !== true),
    reason: "has no effect without serviceMonitor, podMonitor or prometheusRule; remove it, or write one of them",
    shown: "nothing",
  },
];
