import { isAbsolute, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Log, ReportingDescriptor, Result } from "sarif";
import { printable } from "../../verify/redaction";
import type { Finding, Judgement } from "../judge";
import { titleOf } from "../objects/kubernetesObject";
import type { Rule } from "../rule";

/**
 * A judgement for code review: a result with file and line for each broken rule, and a note where one could not tell.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function formatSarif({ rules, findings }: Judgement): string {
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "secure-flower", rules: rules.map(describe) } },
        columnKind: "utf16CodeUnits",
        results: findings.filter(({ verdict }) => verdict === "not live" || verdict === "unknown").map(resultOf),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function describe({ id, title, remediation, level }: Rule): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    help: { text: `${remediation}.` },
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
  };
}

function resultOf(finding: Finding): Result {
  const { rule, level, verdict, object, path, message } = finding;
  const position = object.origin.locate?.(path);
  return {
    ruleId: rule.id,
    level: verdict === "unknown" ? "note" : level === "mandatory" ? "error" : "warning",
    message: { text: printable(`${titleOf(object)}: ${message}. ${rule.remediation}.`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(object.origin.name) },
          ...(position && { region: { startLine: position.line, startColumn: position.column } }),
        },
      },
    ],
  };
}

/** Relative to where the command runs, as code review wants it. */
function uriOf(file: string): string {
  const path = isAbsolute(file) ? relative(process.cwd(), file) : file;
  if (path.startsWith("..")) return pathToFileURL(file).href;
  return path.split("/").map(encodeURIComponent).join("/");
}
