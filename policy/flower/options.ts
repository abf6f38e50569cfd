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
