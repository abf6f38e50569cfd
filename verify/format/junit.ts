import builder, { type TestCase } from "junit-report-builder";
import type { CheckResult, Outcome, Report } from "../report";
import { evidenceOf } from "./evidence";

/** The report for CI systems: not live is a failure, unknown an error. */
export function formatJunit(report: Report): string {
  return buildJunit(`secure-flower verify ${report.url}`, report);
}

/** One suite with a case for each result. */
export function buildJunit(name: string, report: Outcome): string {
  const root = builder.newBuilder();
  const suite = root.testSuite().name(name).timestamp(report.startedAt);
  suite.time(report.durationMs / 1000);
  for (const result of report.results) {
    say(suite.testCase().className(`secure-flower.${result.id}`).name(`${result.check}: ${result.title}`), result);
  }
  return `${root.build()}\n`;
}

function say(testCase: TestCase, result: CheckResult<string>): void {
  const { tried, expected, cameBack } = evidenceOf(result);
  const message = result.reason ?? `${tried}: expected ${expected}, came back ${cameBack}`;
  switch (result.verdict) {
    case "live":
      return;
    case "not live":
      testCase.failure(message, "not live");
      return;
    case "unknown":
      testCase.error(message, "unknown");
      return;
    case "skipped":
      testCase.skipped().standardOutput(message);
      return;
    default:
      result.verdict satisfies never;
  }
}
