import type { Report } from "../report";

/** The report as it is, for programs. */
export function formatJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
