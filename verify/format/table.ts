import Table from "cli-table3";
import type { CheckResult, Report, Verdict } from "../report";
import { evidenceOf } from "./evidence";

/** How to draw the table. */
export interface TableOptions {
  /** Defaults to false. */
  colors?: boolean;
  /** In characters. Defaults to 120; never less than 80. */
  width?: number;
}

const RESET = "\u001b[0m";

const COLORS: Record<Verdict, string> = {
  live: "\u001b[32m",
  "not live": "\u001b[1;31m",
  unknown: "\u001b[33m",
  skipped: "\u001b[2m",
};

/** The words of a table: its columns' heads and its verdicts, of at most 8 characters. */
export interface Wording {
  head: readonly string[];
  verdict(result: CheckResult<string>): string;
}

const LIVE: Wording = {
  head: ["", "Control", "What was tried", "Expected", "Came back", "Verdict"],
  verdict: ({ verdict }) => (verdict === "not live" ? "NOT LIVE" : verdict),
};

/** Widths of the columns that do not grow; what is left is shared out among the others by these parts. */
const FIXED = { guide: 3, control: 16, verdict: 8 };
const SHARES = [0.46, 0.26, 0.28] as const;
const FRAME = 19;

/** The report for people: a row for each check, and a line that sums up. */
export function formatTable(report: Report, options: TableOptions = {}): string {
  return `${drawTable(report.results, LIVE, options)}\n\n${summaryLine(report)}\n`;
}

/** A row for each result. */
export function drawTable(results: readonly CheckResult<string>[], wording: Wording, options: TableOptions): string {
  const widths = columnWidths(Math.max(options.width ?? 120, 80));
  const table = new Table({
    head: [...wording.head],
    style: { head: [], border: [] },
    colWidths: widths.map((width) => width + 2),
  });
  for (const result of results) {
    const cells = row(result, wording, widths);
    table.push(options.colors ? withColor(cells, COLORS[result.verdict]) : cells);
  }
  return table.toString();
}

function columnWidths(width: number): number[] {
  const rest = width - FRAME - FIXED.guide - FIXED.control - FIXED.verdict;
  return [FIXED.guide, FIXED.control, ...SHARES.map((share) => Math.floor(rest * share)), FIXED.verdict];
}

function row(result: CheckResult<string>, wording: Wording, widths: readonly number[]): string[] {
  const { tried, expected, cameBack } = evidenceOf(result);
  return [
    result.guide === undefined ? "" : `${result.guide}.`,
    result.id,
    tried === "" ? result.title : `${result.title}\n${tried}`,
    expected,
    cameBack,
    wording.verdict(result),
  ].map((cell, column) => wrap(cell, widths[column] ?? 0));
}

function withColor(cells: readonly string[], color: string): string[] {
  return cells.map((cell, column) => (column === 5 ? `${color}${cell}${RESET}` : cell));
}

/** Breaks at spaces, and within words that are too long for a line, as addresses are: nothing is cut off. */
function wrap(text: string, width: number): string {
  const piece = new RegExp(`(?=\\S).{1,${width}}(?<=\\S)(?=\\s|$)|\\S{${width}}`, "gu");
  return text
    .split("\n")
    .flatMap((line) => line.match(piece) ?? [""])
    .join("\n");
}

function summaryLine({ summary, verdict, results, durationMs }: Report): string {
  const { live, notLive, unknown, skipped } = summary;
  const seconds = (durationMs / 1000).toFixed(1);
  const counts = `${live} live, ${notLive} not live, ${unknown} unknown, ${skipped} skipped, in ${seconds} s.`;
  switch (verdict) {
    case "live":
      return `Every control that was tried is live: ${counts}`;
    case "not live":
      return `Not live: ${names(results.filter((result) => result.verdict === "not live"))}. ${counts}`;
    case "unknown":
      return `Could not tell: ${names(results.filter((result) => result.inconclusive))}. ${counts}`;
  }
}

function names(results: readonly CheckResult[]): string {
  const most = 5;
  const named = results.slice(0, most).map((result) => `${result.id} (${result.check})`);
  const more = results.length > most ? ` and ${results.length - most} more` : "";
  return named.join(", ") + more;
}
