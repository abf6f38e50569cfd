import { changed, minimal } from "../arguments";
import { labelRows, selectorRows } from "./clusterRows";
import { row, type Row } from "./row";

const base = changed(minimal, { metrics: { namespace: "monitoring", serviceMonitor: true } });

/** Every rule on who may scrape, broken. */
export const metricsRows: readonly Row[] = [
  row("metrics.namespace", { "metrics.namespace": undefined }, ["is missing; write the namespace of the Prom"], base),
  row("metrics.namespace", { "metrics.namespace": "a.b" }, ['"a.b" is not the name of a namespace; write one'], base),
  ...selectorRows("metrics.podLabels").map((each) => ({ ...each, base })),
  ...["serviceMonitor", "podMonitor", "prometheusRule"].map((member) =>
    row(`metrics.${member}`, { [`metrics.${member}`]: "yes" }, ['"yes" is neither true nor false; write one'], base),
  ),
  row("metrics.podMonitor", { "metrics.podMonitor": true }, ["true stands beside metrics.serviceMonitor"], base),
  ...labelRows("metrics.labels").map((each) => ({ ...each, base })),
  row(
    "metrics.labels",
    { "metrics.labels": { "app.kubernetes.io/name": "x" } },
    ["sets app.kubernetes.io/name, which carries"],
    base,
  ),
  row(
    "metrics.labels",
    { "metrics.labels": { a: "b" }, "metrics.serviceMonitor": false },
    ["has no effect without serviceMonitor, podMonitor or prometheusRule; remove it"],
    base,
  ),
];
