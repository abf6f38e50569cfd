import { commandLineOf, wordsOf } from "../flower/commandLine";
import { optionName } from "../flower/options";
import { ASSIGNMENT } from "../flower/variableChanges";
import { programName, shellCommands, type SimpleCommand } from "../flower/words";
import type { Part } from "../objects/part";
import { each, type Violation } from "../rule";
import { credentialIn } from "./credentials";

/** Options whose whole value is a credential. */
const CREDENTIALS = new Set(["basic_auth", "oauth2_secret", "cookie_secret"]);
/** Options that are often a URL with a password. */
const URLS = new Set(["broker", "b", "result_backend", "broker_api"]);

/** A command's words: by their looks, and by the option or the variable that they are for. */
export function* judgeWords(words: Part): Iterable<Violation> {
  let before = "";
  yield* each(words.items, function* (item) {
    const option = before;
    // Before a word that is not known yet stands nothing that it would be the value of.
    before = "";
    const text = item.text ?? "";
    before = text;
    const found = credentialIn(text) ?? (/\s/.test(text) ? credentialInScript(text) : credentialFor(text, option));
    if (found !== undefined) yield { message: `an argument holds ${found}`, at: item };
  });
}

/** A credential in a script, or in a script that it gives to another shell. */
function credentialInScript(script: string): string | undefined {
  for (const { words } of shellCommands(script)) {
    for (const [index, word] of words.entries()) {
      // What the shell replaces is no literal; what comes of it is the matter of judgeExpansion.
      const isLiteral = !/[$`]/.test(word);
      const found = isLiteral ? credentialFor(word, words[index - 1] ?? "") : undefined;
      const within = /\s/.test(word) && word.length < script.length ? credentialInScript(word) : undefined;
      if (found !== undefined || within !== undefined) return found ?? within;
    }
  }
  return undefined;
}

/** What a word holds as `--name=value`, `NAME=value`, or as the value of the option before it. */
function credentialFor(word: string, before: string): string | undefined {
  const [, variable] = ASSIGNMENT.exec(word) ?? [];
  const isPair = variable !== undefined || (word.startsWith("-") && word.includes("="));
  if (isPair) return credentialIn(word.slice(word.indexOf("=") + 1), variable ?? optionName(word));
  const option = before.includes("=") ? "" : optionName(before);
  return CREDENTIALS.has(option) && !word.startsWith("-") ? credentialIn(word, option) : undefined;
}

/** A reference to a Secret in an argument is replaced by its value before the program starts. */
export function* judgeExpansion(container: Part): Iterable<Violation> {
  const { commands, isShell } = commandLineOf(container);
  const at = wordsOf(container);
  const fromSecrets = container.at("env").items.filter((each) => each.at("valueFrom", "secretKeyRef").exists);
  const names = new Set(fromSecrets.flatMap((each) => each.at("name").text ?? []));
  for (const command of commands) {
    for (const [index, word] of command.words.entries()) {
      const option = optionName(word);
      const references = referencesIn(word, isShell && !isKept(command, word));
      const value = word.includes("=") ? word : (command.words[index + 1] ?? "");
      const isCredential = CREDENTIALS.has(option) || URLS.has(option);
      const isSubstituted = isShell && isCredential && /\$\(|`/.test(value);
      if (references.some((name) => names.has(name)) || isSubstituted || (isCredential && references.length > 0)) {
        const what = option === "" ? "an argument" : `the argument --${option}`;
        yield {
          message: `${what} is replaced by a Secret's value when the program starts, and so in every process listing`,
          at,
        };
      }
    }
  }
}

/** What a shell assigns stays within it and in the environment; `env NAME=value` is a program with arguments. */
function isKept({ words }: SimpleCommand, word: string): boolean {
  return ASSIGNMENT.test(word) && !words.some((each) => programName(each) === "env");
}

/** The variables in a word: those that Kubernetes replaces in every argument, and those that a shell does. */
function referencesIn(word: string, isExpanded: boolean): readonly string[] {
  const matches = [...word.matchAll(KUBERNETES_REFERENCE), ...(isExpanded ? word.matchAll(SHELL_REFERENCE) : [])];
  return matches.map(([, plain, braced]) => plain ?? braced ?? "");
}

const KUBERNETES_REFERENCE = /(?<!\$)\$\((\w+)\)/g;
const SHELL_REFERENCE = /\$(?:(\w+)|\{(\w+)[^}]*\})/g;
