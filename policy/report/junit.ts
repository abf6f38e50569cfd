import { buildJunit } from "../../verify/format/junit";
import { isAdvice, type CheckReport } from "./report";

/** The report for CI systems; what is only advised is a test that was skipped, with what to write. */
export function formatCheckJunit(report: CheckReport): string {
  const results = report.results.map((result) =>
    isAdvice(result) ? { ...result, verdict: "skipped" as const, reason: advice(result) } : result,
  );
  return buildJunit(`secure-flower check ${report.files.join(" ")}`, { ...report, results });
}

function advice({ attempts }: CheckReport["results"][number]): string {
  const broken = attempts.filter(({ verdict }) => verdict !== "live");
  return broken.map(({ tried, cameBack, expected }) => `${tried}: ${cameBack}. ${expected}.`).join("\n");
}
