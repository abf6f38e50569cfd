import type { Part } from "../objects/part";
import { programName, shellCommands, type SimpleCommand } from "./words";

/** What a container runs, as far as its object says. */
export interface CommandLine {
  /** Simple commands; more than one where a shell runs a script. */
  readonly commands: readonly SimpleCommand[];
  /** Whether a shell expands the words. */
  readonly isShell: boolean;
}

/** Scripts can be long, and every option is looked for in them. */
const known = new WeakMap<Part, CommandLine>();

/** The command line of a container: `command` and `args` together, a shell's script taken apart. */
export function commandLineOf(container: Part): CommandLine {
  const line = known.get(container) ?? readLine(container);
  known.set(container, line);
  return line;
}

/** Where a container's command line is written. */
export function wordsOf(container: Part): Part {
  const args = container.at("args");
  return args.exists ? args : container.at("command");
}

function readLine(container: Part): CommandLine {
  const words = [...container.at("command").texts, ...container.at("args").texts];
  if (words.length === 0) return { commands: [], isShell: false };
  return { commands: takenApart({ words, operator: "", isNested: false }), isShell: scriptIn(words) !== undefined };
}

/** A command that is a shell's becomes what stands before the shell (`env NAME=value`), and the commands of its script. */
function takenApart(command: SimpleCommand, isChild = false): readonly SimpleCommand[] {
  const found = scriptIn(command.words);
  if (found === undefined) return [command];
  const wrapper = { ...command, words: command.words.slice(0, found.shell), wraps: true as const };
  const [script = "", , ...positional] = command.words.slice(found.script);
  const inner = shellCommands(script).flatMap((each, index) =>
    takenApart(
      {
        words: each.words.flatMap((word) => (word === "$@" ? positional : [word])),
        operator: index === 0 ? command.operator : each.operator,
        // What a script's own child sets is gone when the child ends.
        isNested: each.isNested || command.isNested || isChild,
      },
      true,
    ),
  );
  return wrapper.words.length > 0 ? [wrapper, ...inner] : inner;
}

const SHELLS = new Set(["sh", "bash", "ash", "dash", "zsh", "ksh"]);
const USER_SWITCHES = new Set(["su", "runuser"]);

/** Where among words a shell is, and the script that it is given with `-c`. */
function scriptIn(words: readonly string[]): { shell: number; script: number } | undefined {
  for (const [shell, word] of words.entries()) {
    const name = programName(word);
    const script = SHELLS.has(name) ? afterOptions(words, shell) : USER_SWITCHES.has(name) ? afterC(words, shell) : 0;
    if (script > shell && script < words.length) return { shell, script };
  }
  return undefined;
}

/** The first word after a shell's options, of which one has to be `-c`: `sh -ec -- …` too. */
function afterOptions(words: readonly string[], shell: number): number {
  let index = shell + 1;
  let isGiven = false;
  for (; /^[-+]/.test(words[index] ?? ""); index += 1) {
    const option = words[index] ?? "";
    if (option === "--") {
      index += 1;
      break;
    }
    isGiven ||= /^-[a-zA-Z]*c/.test(option);
    // `-o pipefail`
    if (/^[-+][a-zA-Z]*[oO]$/.test(option)) index += 1;
  }
  return isGiven ? index : 0;
}

/** `su app -c …`: the user may stand before the option. */
function afterC(words: readonly string[], program: number): number {
  return words.indexOf("-c", program) + 1;
}
