import { UnknownValue } from "../objects/part";
import { commandLineOf, wordsOf } from "./commandLine";
import { givenVariable, type Surroundings, type Variable } from "./environment";
import { expandKubernetes, expandShell, type Expanded } from "./expansion";
import { changeOf } from "./variableChanges";

/** A variable as Flower's process will have it: the container's, and what the command line makes of it. */
export function variableOf(around: Surroundings, name: string): Variable | undefined {
  const change = changeOf(commandLineOf(around.container), name);
  const isOwn = change?.kind === "set" && !change.isExported;
  // A shell keeps a variable to itself, unless it had it from the container.
  return isOwn && givenVariable(around, name) === undefined ? undefined : shellVariable(around, name);
}

/** An argument as Flower gets it, with the variables in it replaced; one that is a Secret's makes all of it a secret. */
export function expandedArgument(around: Surroundings, argument: string): Expanded {
  return expandedWord(around, argument, (name) => shellVariable(around, name));
}

function expandedWord(around: Surroundings, word: string, own: (name: string) => Expanded | undefined): Expanded {
  const given = (name: string): Expanded | undefined => givenVariable(around, name);
  return commandLineOf(around.container).isShell ? expandShell(word, given, own) : expandKubernetes(word, given);
}

/** A variable of the shell, exported or not. */
function shellVariable(around: Surroundings, name: string): Variable | undefined {
  const change = changeOf(commandLineOf(around.container), name);
  switch (change?.kind) {
    case undefined:
      return givenVariable(around, name);
    case "removed":
      return undefined;
    case "unsure":
      throw new UnknownValue(change.reason);
    case "set":
      return {
        ...expandedWord(around, change.text, (other) => untouched(around, other)),
        at: wordsOf(around.container),
      };
  }
}

/** A variable within an assignment: not followed through further assignments, which could lead in a circle. */
function untouched(around: Surroundings, name: string): Variable | undefined {
  const change = changeOf(commandLineOf(around.container), name);
  if (change === undefined) return givenVariable(around, name);
  if (change.kind === "set" && !/[$`]/.test(change.text))
    return { text: change.text, optional: false, at: wordsOf(around.container) };
  throw new UnknownValue(`the script puts ${name} together`);
}
