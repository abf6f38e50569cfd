import type { Part } from "../objects/part";
import { programName, shellCommands } from "./words";

/** What a container runs, as far as its object says. */
export interface CommandLine {
  /** Simple commands; more than one where a shell runs a script. */
  readonly commands: readonly (readonly string[])[];
  /** Whether a shell expands the words. */
  readonly isShell: boolean;
}

const SHELLS = new Set(["sh", "bash", "ash", "dash", "zsh", "ksh"]);

/** The command line of a container: `command` and `args` together, a shell's script taken apart. */
export function commandLineOf(container: Part): CommandLine {
  const words = [...container.at("command").texts, ...container.at("args").texts];
  const shell = words.findIndex((word) => SHELLS.has(programName(word)));
  const option = words.findIndex((word, index) => index > shell && /^-[a-z]*c$/.test(word));
  const script = words[option + 1];
  if (shell < 0 || option < 0 || script === undefined)
    return { commands: words.length > 0 ? [words] : [], isShell: false };
  return { commands: shellCommands(script), isShell: true };
}

/** Celery's own options that take a value: https://docs.celeryq.dev/en/stable/reference/cli.html */
const VALUED = new Set(["-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config", "--workdir"]);

/** A call of Celery's command line, or of a program that stands for it. */
export interface Call {
  /** celery, airflow, or flower itself. */
  readonly program: "celery" | "airflow" | "flower" | "script";
  /** `flower`, `worker`, `beat`…; undefined if none is named. */
  readonly subcommand: string | undefined;
  /** Every word after the program. */
  readonly words: readonly string[];
}

/** The first call of Celery, Airflow or Flower among commands. */
export function callOf({ commands }: CommandLine): Call | undefined {
  for (const words of commands) {
    const found = callAmong(words);
    if (found !== undefined) return found;
  }
  return undefined;
}

function callAmong(words: readonly string[]): Call | undefined {
  for (const [index, word] of words.entries()) {
    const name = programName(word);
    const after = words.slice(index + 1);
    const isModule = words[index - 1] === "-m";
    if (name === "celery") return { program: "celery", subcommand: subcommandOf(after), words: after };
    if (name === "airflow") return { program: "airflow", subcommand: airflowSubcommand(after), words: after };
    // Images whose entry point is celery are started with the bare subcommand.
    if (name === "flower" && (index === 0 || isModule))
      return { program: "flower", subcommand: "flower", words: after };
  }
  const [first = "", ...rest] = words;
  const isScript = /(^|[-_.])flower([-_.]|$)/.test(programName(first));
  return isScript ? { program: "script", subcommand: "flower", words: rest } : undefined;
}

function subcommandOf(words: readonly string[]): string | undefined {
  const index = words.findIndex((word, at) => !word.startsWith("-") && !VALUED.has(words[at - 1] ?? ""));
  return index < 0 ? undefined : words[index];
}

/** `airflow celery flower`, or `airflow flower` before 2.0. */
function airflowSubcommand(words: readonly string[]): string | undefined {
  const positional = words.filter((word) => !word.startsWith("-"));
  return positional[0] === "celery" ? positional[1] : positional[0];
}

/** The value of an option of Flower on the command line: `--name=value`, the last one counts; "true" for a bare flag. */
export function optionOf(words: readonly string[], names: readonly string[]): string | undefined {
  const index = words.reduce((last, word, at) => (names.includes(optionName(word)) ? at : last), -1);
  const word = words[index];
  if (word === undefined) return undefined;
  const equals = word.indexOf("=");
  if (equals >= 0) return word.slice(equals + 1);
  const next = words[index + 1];
  return next === undefined || next.startsWith("-") ? "true" : next;
}

/** `--basic-auth=…` and `--basic_auth=…` are the same to Flower. */
export function optionName(word: string): string {
  if (!word.startsWith("-")) return "";
  return word.replace(/^-+/, "").split("=", 1)[0]?.replaceAll("-", "_") ?? "";
}
