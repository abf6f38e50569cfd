/** The operators that end a simple command in a shell. */
const OPERATORS = /^(?:&&|\|\||[;&|\n()])/;

/**
 * Splits a shell script into simple commands and their words. Quotes are taken off; `$NAME`, `${NAME}`, `$(…)` and backticks stay as they
 * are written, since what they stand for ends up in the command's arguments.
 */
export function shellCommands(script: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  let rest = script.replace(/\\\n/g, " ");
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)?.push(word);
    word = undefined;
  };
  while (rest !== "") {
    const operator = OPERATORS.exec(rest)?.[0];
    const piece = operator ?? nextPiece(rest);
    rest = rest.slice(piece.length);
    if (operator !== undefined) {
      endWord();
      commands.push([]);
    } else if (/^\s/.test(piece)) endWord();
    else if (piece.startsWith("#") && word === undefined) rest = rest.replace(/^[^\n]*/, "");
    else word = (word ?? "") + unquoted(piece);
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

/** White space, a quoted text, a substitution, an escape, or one plain character. */
function nextPiece(text: string): string {
  const pattern = /^(?:[^\S\n]+|'[^']*'|"(?:\\[^]|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`|\\[^]|[^])/;
  return pattern.exec(text)?.[0] ?? text;
}

function unquoted(piece: string): string {
  if (piece.length >= 2 && /^(['"]).*\1$/s.test(piece)) return piece.slice(1, -1);
  return piece.startsWith("\\") ? piece.slice(1) : piece;
}

/** The last part of a path: `/usr/local/bin/celery` is celery. */
export function programName(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}
