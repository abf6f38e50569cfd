import type { Outcome } from "../report";

/** The report as it is, for programs. */
export function formatJson(report: Outcome): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
