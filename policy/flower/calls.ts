import type { CommandLine } from "./commandLine";
import { programName } from "./words";

/** Celery's own options that take a value: https://docs.celeryq.dev/en/stable/reference/cli.html */
const VALUED = new Set(["-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config", "--workdir"]);

/** What Celery does besides; a folder or a queue may be called celery as well. */
const CELERY =
  /^(amqp|beat|call|control|events|flower|graph|inspect|list|logtool|migrate|multi|purge|report|result|shell|status|upgrade|worker)$/;

/** A call of Celery's command line, or of a program that stands for it. */
export interface Call {
  /** celery, airflow, or flower itself. */
  readonly program: "celery" | "airflow" | "flower" | "script";
  /** `flower`, `worker`, `beat`…; undefined if none is named. */
  readonly subcommand: string | undefined;
  /** Every word after the program. */
  readonly words: readonly string[];
  /** Every word before it in the same command. */
  readonly before: readonly string[];
}

/** A call and the command that it is in. */
export interface PlacedCall extends Call {
  readonly command: number;
  /** Whether the command line calls Flower elsewhere too, with other words. */
  readonly isOneOfSeveral: boolean;
}

/** Every option is looked for in the same call. */
const known = new WeakMap<CommandLine, PlacedCall | "none">();

/** The call of Flower among commands, wherever it is; without one the first of Celery or Airflow. */
export function callOf(line: CommandLine): PlacedCall | undefined {
  const call = known.get(line) ?? found(line) ?? "none";
  known.set(line, call);
  return call === "none" ? undefined : call;
}

function found({ commands }: CommandLine): PlacedCall | undefined {
  const calls = commands.flatMap(({ words }, command) => {
    const call = callAmong(words);
    return call === undefined ? [] : [{ ...call, command }];
  });
  const flowers = calls.filter(({ subcommand }) => subcommand === "flower");
  // A script is told by its name only: `wait-for-flower.sh && celery flower`.
  const sure = flowers.filter(({ program }) => program !== "script");
  const first = sure[0] ?? flowers[0] ?? calls[0];
  const isOneOfSeveral = sure.some(({ words }) => words.join("\n") !== first?.words.join("\n"));
  return first && { ...first, isOneOfSeveral };
}

function callAmong(words: readonly string[]): Call | undefined {
  let first: Program | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const found = programAt(words, index);
    first ??= found;
    if (found === undefined || (found.program === "celery" && !CELERY.test(found.subcommand ?? ""))) continue;
    return callOfProgram(words, found);
  }
  return first === undefined ? scriptCall(words) : callOfProgram(words, first);
}

interface Program extends Pick<Call, "program" | "subcommand"> {
  readonly index: number;
}

function programAt(words: readonly string[], index: number): Program | undefined {
  const program = programName(words[index] ?? "");
  if (program === "celery") return { program, subcommand: subcommandAfter(words, index), index };
  if (program === "airflow") return { program, subcommand: airflowSubcommand(words.slice(index + 1)), index };
  // Images whose entry point is celery are started with the bare subcommand.
  const isFlower = program === "flower" && (index === 0 || words[index - 1] === "-m");
  return isFlower ? { program, subcommand: "flower", index } : undefined;
}

function callOfProgram(words: readonly string[], { program, subcommand, index }: Program): Call {
  return { program, subcommand, words: words.slice(index + 1), before: words.slice(0, index) };
}

/** What stands before a program without being one that runs something else. */
const PREFIX = /^(?:exec|env|nohup|time|[A-Za-z_]\w*=.*)$/s;

function scriptCall(words: readonly string[]): Call | undefined {
  const index = words.findIndex((word) => !PREFIX.test(word));
  const isScript = /(^|[-_.])flower([-_.]|$)/.test(programName(words[index] ?? ""));
  if (!isScript) return undefined;
  return { program: "script", subcommand: "flower", words: words.slice(index + 1), before: words.slice(0, index) };
}

function subcommandAfter(words: readonly string[], program: number): string | undefined {
  return words.find(
    (word, at) => at > program && !word.startsWith("-") && (at === program + 1 || !VALUED.has(words[at - 1] ?? "")),
  );
}

/** `airflow celery flower`, or `airflow flower` before 2.0. */
function airflowSubcommand(words: readonly string[]): string | undefined {
  const positional = words.filter((word) => !word.startsWith("-"));
  return positional[0] === "celery" ? positional[1] : positional[0];
}
