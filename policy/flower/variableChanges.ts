import { callOf } from "./calls";
import type { CommandLine } from "./commandLine";
import { programName, type SimpleCommand } from "./words";

/** What a command line makes of a variable before it starts Flower. */
export type VariableChange =
  | {
      readonly kind: "set";
      readonly text: string;
      /** Whether programs get it; a shell's own variable only if they had one of that name before. */
      readonly isExported: boolean;
    }
  | { readonly kind: "removed" }
  | { readonly kind: "unsure"; readonly reason: string };

/** The last change of a variable before Flower starts: `NAME=value celery flower`, `env -u NAME celery flower`, `export NAME=value`… */
export function changeOf(line: CommandLine, name: string): VariableChange | undefined {
  const call = callOf(line);
  const end = call?.command ?? line.commands.length - 1;
  let last: VariableChange | undefined;
  for (const [index, command] of line.commands.slice(0, end + 1).entries()) {
    const isStart = index === end;
    const before = isStart ? (call?.before ?? command.words) : command.words;
    const change = isStart || command.wraps ? startedWith(before, name) : changedBy(command.words, name, last);
    const isSure = isStart || isCertain(line.commands, index, end);
    if (change !== undefined) last = isSure ? change : unsure(`the script sets ${name} in some cases only`);
  }
  return last?.kind === "set" && exportsAll(line) ? { ...last, isExported: true } : last;
}

function unsure(reason: string): VariableChange {
  return { kind: "unsure", reason };
}

/** Whether Flower never starts without this command's effect. */
function isCertain(commands: readonly SimpleCommand[], index: number, end: number): boolean {
  const [command, next] = [commands[index], commands[index + 1]];
  if (command === undefined || command.isNested || /^\|/.test(command.operator)) return false;
  // In a pipe or in the background it is a child's, and gone with it.
  if (next !== undefined && /^[|&]$/.test(next.operator)) return false;
  return (
    command.operator !== "&&" ||
    commands.slice(index + 1, end + 1).every(({ operator, wraps }) => operator === "&&" || wraps)
  );
}

/** What stands before a program in its own command. https://www.gnu.org/software/coreutils/manual/html_node/env-invocation.html */
function startedWith(words: readonly string[], name: string): VariableChange | undefined {
  const text = assignedAmong(words, name);
  if (text !== undefined) return { kind: "set", text, isExported: true };
  const env = words.findIndex((word) => programName(word) === "env");
  if (env < 0) return undefined;
  const options = words.slice(env + 1);
  if (options.some((word) => /^[$`]/.test(word))) return unsure(`the script may set ${name} from what it reads`);
  const isRemoved = options.some(
    (word, index) =>
      /^(-i|-|--ignore-environment)$/.test(word) ||
      [`-u${name}`, `--unset=${name}`].includes(word) ||
      (word === name && ["-u", "--unset"].includes(options[index - 1] ?? "")),
  );
  return isRemoved ? { kind: "removed" } : undefined;
}

/** What follows `NAME=` in the last word that begins with it. */
function assignedAmong(words: readonly string[], name: string): string | undefined {
  return words
    .filter((word) => word.startsWith(`${name}=`))
    .at(-1)
    ?.slice(name.length + 1);
}

/** A word that assigns a variable, as a shell and `env` read it. */
export const ASSIGNMENT = /^([A-Za-z_]\w*)=/;
/** Reserved words and programs after which a command goes on as if they were not there. */
const LEADING = new Set(["then", "do", "else", "{", "!", "command", "builtin"]);
const DECLARING = new Set(["export", "declare", "typeset", "readonly", "local"]);

/** A command of the script that changes the shell's own variables. */
function changedBy(all: readonly string[], name: string, last: VariableChange | undefined): VariableChange | undefined {
  const words = LEADING.has(all[0] ?? "") ? all.slice(1) : all;
  const [program = "", ...rest] = words;
  const text = assignedAmong(words, name);
  if (words.every((word) => ASSIGNMENT.test(word)))
    return text === undefined ? undefined : { kind: "set", text, isExported: last?.kind === "set" && last.isExported };
  if (DECLARING.has(program)) {
    const isExported = program === "export" || rest.some((word) => /^-\w*x/.test(word));
    if (text !== undefined) return { kind: "set", text, isExported };
    if (rest.some((word) => /^[$`]/.test(word))) return unsure(`the script may set ${name} from what it reads`);
    return rest.includes(name) && last?.kind === "set" ? { ...last, isExported } : undefined;
  }
  if (program === "unset") return rest.includes(name) ? { kind: "removed" } : undefined;
  if (program === "read") return rest.includes(name) ? unsure(`the script reads ${name} from elsewhere`) : undefined;
  return runsUnseen(program, rest) ? unsure(`the script may set ${name} in what it reads with ${program}`) : undefined;
}

/** A file or a text whose commands run as if they stood here; that of a Python environment sets none of Flower's variables. */
function runsUnseen(program: string, [file = ""]: readonly string[]): boolean {
  return program === "eval" || (/^(\.|source)$/.test(program) && !file.endsWith("/activate"));
}

/** `set -a`, after which every assignment is exported. */
function exportsAll({ commands }: CommandLine): boolean {
  return commands.some(
    ({ words: [program, ...rest] }) =>
      program === "set" && rest.some((word) => /^-[a-z]*a/.test(word) || word === "allexport"),
  );
}
