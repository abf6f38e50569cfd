import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { parse } from "yaml";
import { judge, readConfig, RULES, type PolicyConfig } from "../../policy/index";
import { formatCheckJunit } from "../../policy/report/junit";
import { reportOf, type CheckReport } from "../../policy/report/report";
import { formatSarif } from "../../policy/report/sarif";
import { formatCheckTable } from "../../policy/report/table";
import { readTexts, type NamedText } from "../../policy/yaml/files";
import { readObjects } from "../../policy/yaml/read";
import { formatJson, InputError } from "../../verify";
import { wantsColors } from "./colors";

interface Flags {
  config?: string;
  namespace?: string;
  allowNone?: boolean;
  json?: boolean;
  junit?: string | true;
  sarif?: string | true;
}

const HELP = `
Give together what belongs together: a rule that needs the Service, the NetworkPolicy or the ConfigMap of a Flower looks for it among all files.

  helm template queues ./chart | secure-flower check -
  secure-flower check deploy/ --sarif secure-flower.sarif

Exit code: 0 every mandatory rule holds; 1 one is broken; 2 could not tell: a file that cannot be read, an object that is missing, no
Flower among the objects.`;

/** `secure-flower check`: the rules of the policy pack for plain YAML, as Helm and GitOps have it. */
export function checkCommand(): Command {
  return new Command("check")
    .description("judge Kubernetes objects that run Flower by the rules of the policy pack")
    .argument("<file...>", "YAML or JSON files, folders of them, or - for standard input")
    .option("--config <file>", "levels, allow-lists and parameters of rules, in the form of --policy-pack-config")
    .option("-n, --namespace <name>", "the namespace of objects that name none", "default")
    .option("--allow-none", "exit 0 if there is no Flower among the objects")
    .option("--json", "print the report as JSON")
    .option("--junit [file]", "write the report as JUnit XML, to standard output if no file is named")
    .option("--sarif [file]", "write the findings as SARIF for code review, to standard output if no file is named")
    .addHelpText("after", HELP)
    .action(run);
}

function run(names: readonly string[], flags: Flags): void {
  const wanted = [flags.json, flags.junit === true, flags.sarif === true].filter(Boolean);
  if (wanted.length > 1)
    throw new InputError("only one of --json, --junit and --sarif can have standard output: name files for the others");
  const started = Date.now();
  const config = flags.config === undefined ? {} : configFrom(flags.config);
  const objects = readAll(names).flatMap(({ name, text }) => readObjects(text, name, flags.namespace));
  const judgement = judge(objects, { config });
  const report = reportOf(judgement, { files: names, started, allowNone: flags.allowNone ?? false });
  const sarif = flags.sarif === undefined ? "" : formatSarif(judgement);
  if (typeof flags.junit === "string") writeFileSync(flags.junit, formatCheckJunit(report));
  if (typeof flags.sarif === "string") writeFileSync(flags.sarif, sarif);
  process.stdout.write(flags.sarif === true ? sarif : formatted(report, flags));
  process.exitCode = report.exitCode;
}

function formatted(report: CheckReport, { json, junit }: Flags): string {
  if (json) return formatJson(report);
  if (junit === true) return formatCheckJunit(report);
  return formatCheckTable(report, { colors: wantsColors(), width: process.stdout.columns });
}

function readAll(names: readonly string[]): readonly NamedText[] {
  try {
    return readTexts(names);
  } catch (error) {
    const { path, code } = error as NodeJS.ErrnoException;
    throw new InputError(`cannot read ${path ?? "standard input"}: ${code ?? String(error)}`);
  }
}

function configFrom(file: string): PolicyConfig {
  const [content] = readAll([file]);
  let value: unknown;
  try {
    value = parse(content?.text ?? "") ?? {};
  } catch {
    throw new InputError(`${file} is neither JSON nor YAML`);
  }
  return readConfig(value, RULES);
}
