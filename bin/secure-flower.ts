#!/usr/bin/env node
import { CommanderError, program } from "commander";
import { renderCommand } from "../local/render/command";
import { checkCommand } from "./commands/check";
import { verifyCommand } from "./commands/verify";

/** Each subcommand is a file of its own; what is heavy to load, such as Pulumi, it imports when it runs. */
const COMMANDS = [verifyCommand, checkCommand, renderCommand];

/** commander says 1 for a mistyped option, but 1 means here that a control is not live. */
const USAGE_ERROR = 2;

async function main(): Promise<void> {
  program.name("secure-flower").description("Celery's Flower on Kubernetes, safe beyond localhost").exitOverride();
  for (const command of COMMANDS) program.addCommand(command().copyInheritedSettings(program));
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** commander has printed its own errors by then; any other is a sentence that a command threw. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return USAGE_ERROR;
}

void main();
