/** A simple command, with what decides whether the shell comes to it. */
export interface SimpleCommand {
  readonly words: readonly string[];
  /** The operator before it: `&&`, `;`… */
  readonly operator: string;
  /** Whether it stands within parentheses, braces, a condition or a loop. */
  readonly isNested: boolean;
  /** Whether it only starts what comes next: `env NAME=value` before a shell. */
  readonly wraps?: true;
}

/** The operators that end a simple command in a shell. */
const OPERATORS = /^(?:&&|\|\||[;&|\n()])/;

/**
 * Splits a shell script into simple commands and their words. Quotes are taken off; `$NAME`, `${NAME}`, `$(…)` and backticks stay as they
 * are written, since what they stand for ends up in the command's arguments.
 */
export function shellCommands(script: string): readonly SimpleCommand[] {
  const commands: { words: string[]; operator: string }[] = [{ words: [], operator: "" }];
  let word: string | undefined;
  let rest = script.replace(/\\\n/g, " ");
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)?.words.push(word);
    word = undefined;
  };
  while (rest !== "") {
    const operator = OPERATORS.exec(rest)?.[0];
    const piece = operator ?? nextPiece(rest);
    rest = rest.slice(piece.length);
    if (operator !== undefined) {
      endWord();
      commands.push({ words: [], operator });
    } else if (/^\s/.test(piece)) endWord();
    else if (piece.startsWith("#") && word === undefined) rest = rest.replace(/^[^\n]*/, "");
    else word = (word ?? "") + unquoted(piece);
  }
  endWord();
  return placed(commands);
}

/** White space, a redirection's `>&`, a quoted text, a substitution, an escape, or one plain character. */
function nextPiece(text: string): string {
  const pattern = /^(?:[^\S\n]+|[<>]&|'[^']*'|"(?:\\[^]|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|\\[^]|[^])/;
  return pattern.exec(text)?.[0] ?? text;
}

function unquoted(piece: string): string {
  if (/^".*"$/s.test(piece)) return piece.slice(1, -1).replace(/\\(["\\`])/g, "$1");
  if (/^'.*'$/s.test(piece)) return piece.slice(1, -1);
  return piece.startsWith("\\") ? piece.slice(1) : piece;
}

const OPENING = new Set(["if", "while", "until", "for", "case", "select", "{"]);
const CLOSING = new Set(["fi", "done", "esac", "}"]);

/** Leaves empty commands out, and follows parentheses and the shell's reserved words. */
function placed(commands: readonly { words: readonly string[]; operator: string }[]): readonly SimpleCommand[] {
  const kept: SimpleCommand[] = [];
  let [parentheses, blocks, pending] = [0, 0, ""];
  for (const { words, operator } of commands) {
    if (operator === "(") parentheses += 1;
    if (operator === ")") parentheses = Math.max(0, parentheses - 1);
    // The line may end after `&&` and `||`, which go on.
    if (!/^(?:&&|\|\|?)$/.test(pending) || !/^[\n(]$/.test(operator)) pending = operator;
    const [first] = words;
    if (first === undefined) continue;
    if (OPENING.has(first)) blocks += 1;
    if (CLOSING.has(first)) blocks = Math.max(0, blocks - 1);
    kept.push({ words, operator: pending, isNested: parentheses + blocks > 0 });
    pending = "";
  }
  return kept;
}

/** The last part of a path: `/usr/local/bin/celery` is celery. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}
