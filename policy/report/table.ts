import { drawTable, type TableOptions, type Wording } from "../../verify/format/table";
import { isAdvice, type CheckReport, type RuleResult } from "./report";

const WORDS = { live: "ok", "not live": "BROKEN", unknown: "unknown", skipped: "skipped" } as const;

const WORDING: Wording = {
  head: ["", "Rule", "What holds, and where", "What to write", "What is there", "Verdict"],
  verdict: (result) => (isAdvice(result as RuleResult) ? "advice" : WORDS[result.verdict]),
};

/** The report for people: a row for each rule, and a line that sums up. */
export function formatCheckTable(report: CheckReport, options: TableOptions = {}): string {
  const table = report.results.length === 0 ? "" : `${drawTable(report.results, WORDING, options)}\n\n`;
  return `${table}${summaryLine(report)}\n`;
}

function summaryLine({ results, summary, verdict, reason, objects, flowers }: CheckReport): string {
  if (reason !== undefined) return `${verdict === "live" ? "" : "Could not tell: "}${reason}.`;
  const { live, notLive, unknown, skipped, advisory } = summary;
  const what = `${flowers} Flower ${flowers === 1 ? "workload" : "workloads"} among ${objects} objects`;
  const counts = `${live} rules hold, ${notLive} broken, ${unknown} unknown, ${skipped} skipped, ${advisory} advisory; ${what}.`;
  const named = (wanted: string): string =>
    results.flatMap((each) => (each.verdict === wanted && !isAdvice(each) ? each.id : [])).join(", ");
  switch (verdict) {
    case "live":
      return `Every mandatory rule holds: ${counts}`;
    case "not live":
      return `Broken: ${named("not live")}. ${counts}`;
    case "unknown":
      return `Could not tell: ${named("unknown")}. ${counts}`;
  }
}
