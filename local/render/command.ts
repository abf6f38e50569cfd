import { readFileSync } from "fs";
import { Command, InvalidArgumentError } from "commander";
import { RenderError, usageError } from "./errors";
import { toYamlStream, writeObjects } from "./output";
import { parseMapping } from "./project";
import { renderProgram } from "./render";
import { isSecret } from "./secrets";
import type { StackOutputs } from "../../testing/stackReference";
import { isRecord } from "../../testing/wire";

interface Flags {
  readonly config: readonly string[];
  readonly configFile?: string;
  readonly stack: string;
  readonly stackOutput: readonly string[];
  readonly out?: string;
  readonly showSecrets: boolean;
  readonly timeout: number;
}

/** Adds `render` to a command-line program. */
export function registerRender(program: Command): Command {
  return program.addCommand(renderCommand().copyInheritedSettings(program));
}

/** The command `render` by itself. */
export function renderCommand(): Command {
  return new Command("render")
    .description("run a Pulumi program without an engine or a cluster and print its Kubernetes objects as YAML")
    .argument("<program>", "a folder with a Pulumi.yaml, or a .ts or .js file")
    .option("--config <key=value>", "a configuration value; may be repeated", collect, [])
    .option(
      "--config-file <file>",
      "configuration values, secrets too, from a YAML or JSON file; - reads standard input",
    )
    .option("--stack <name>", "the stack; values of its Pulumi.<name>.yaml are used", "render")
    .option(
      "--stack-output <org/project/stack.output=value>",
      "an output of another stack; may be repeated",
      collect,
      [],
    )
    .option("--out <folder>", "write one file for each object into this folder")
    .option("--show-secrets", "print the values of Secrets too", false)
    .option("--timeout <seconds>", "stop a program that has not ended by then", seconds, 120)
    .action(act);
}

function collect(value: string, earlier: readonly string[]): string[] {
  return [...earlier, value];
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) {
    throw new InvalidArgumentError("It must be a number of seconds from 1 to 86400.");
  }
  return value;
}

async function act(program: string, flags: Flags): Promise<void> {
  try {
    const objects = await renderProgram({
      program,
      config: Object.fromEntries(flags.config.map((text) => splitAssignment(text, "--config"))),
      secretConfig: flags.configFile === undefined ? {} : readConfigFile(flags.configFile),
      stack: flags.stack,
      stackOutputs: readStackOutputs(flags.stackOutput),
      showSecrets: flags.showSecrets,
      timeoutSeconds: flags.timeout,
    });
    if (flags.out === undefined) {
      process.stdout.write(toYamlStream(objects));
    } else {
      const { files, strangers } = writeObjects(objects, flags.out);
      note(`wrote ${files.length} objects to ${flags.out}`);
      if (strangers.length > 0) {
        note(`also there, and not from this program: ${strangers.join(", ")}`);
      }
    }
    if (!flags.showSecrets && objects.some(isSecret)) {
      note("the values of Secrets are not shown: --show-secrets shows them");
    }
  } catch (error) {
    note(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = error instanceof RenderError ? error.exitCode : 1;
  }
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

function splitAssignment(text: string, option: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1) {
    // Not repeated as a whole: whatever it is, it may be a secret.
    throw usageError(`${option} takes KEY=VALUE; one has ${equals === 0 ? "no key" : "no ="}`);
  }
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function readConfigFile(file: string): Record<string, unknown> {
  const source = file === "-" ? "standard input" : file;
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw usageError(`cannot read ${source}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  const content = parseMapping(text, source);
  // A stack's file has its values under `config`.
  return isRecord(content.config) ? content.config : content;
}

function readStackOutputs(assignments: readonly string[]): StackOutputs {
  const outputs: Record<string, Record<string, unknown>> = {};
  for (const assignment of assignments) {
    const [name, value] = splitAssignment(assignment, "--stack-output");
    const dot = name.lastIndexOf(".");
    if (dot < 1 || name.split("/").length !== 3) {
      throw usageError(`--stack-output takes ORGANIZATION/PROJECT/STACK.OUTPUT=VALUE; one begins with ${name}`);
    }
    const stack = (outputs[name.slice(0, dot)] ??= {});
    stack[name.slice(dot + 1)] = value;
  }
  return outputs;
}
