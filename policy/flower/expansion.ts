import { UnknownValue } from "../objects/part";

/** A text with its references replaced. */
export interface Expanded {
  /** Undefined if a part of it is a Secret's. */
  readonly text: string | undefined;
  /** Whether the pod starts without a part of it. */
  readonly optional: boolean;
}

/** What a variable's name stands for; undefined if it is not set. */
export type Lookup = (name: string) => Expanded | undefined;

/** No value of an option is longer; references that double a text again and again would fill the memory. */
const LONGEST = 65_536;

/** Kubernetes replaces `$(NAME)`, leaves it if there is no such variable, and takes `$$` for `$`. */
const KUBERNETES = /\$\$|\$\(([-.\w]+)\)/g;

/** As Kubernetes expands `value`, `command` and `args`: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/ */
export function expandKubernetes(text: string, lookup: Lookup): Expanded {
  return replaced(text, KUBERNETES, ([whole, name]) =>
    name === undefined ? plain("$") : (lookup(name) ?? plain(whole)),
  );
}

/** `$(NAME)`, `${NAME:-default}`, `$NAME`, a file's content, and whatever else a shell would replace. */
const SHELL =
  /\$\(([-.\w]+)\)|\$\{(\w+)(?::?-([^{}$`]*))?\}|\$([A-Za-z_]\w*)|\$\((?:cat |<)[^()]*\)|\$[({@*#?!$\d-]|`/g;

/** As a shell expands a word, after Kubernetes has replaced what it knows. Throws {@link UnknownValue} where only the running shell knows. */
export function expandShell(text: string, given: Lookup, own: Lookup): Expanded {
  return replaced(text, SHELL, ([whole, kubernetes, braced, otherwise, bare]) => {
    if (/^\$\((cat |<)/.test(whole)) return { text: undefined, optional: false };
    const name = braced ?? bare;
    const value = kubernetes === undefined ? name && own(name) : given(kubernetes);
    if (otherwise !== undefined && (!value || value.text === "")) return plain(otherwise);
    if (!value) throw new UnknownValue(`only the running shell knows what ${whole} stands for`);
    return value;
  });
}

function plain(text: string): Expanded {
  return { text, optional: false };
}

function replaced(
  text: string,
  pattern: RegExp,
  valueOf: (match: readonly [string, ...(string | undefined)[]]) => Expanded,
): Expanded {
  let [isSecret, optional] = [false, false];
  const result = text.replace(pattern, (whole: string, ...groups: (string | undefined)[]) => {
    const value = valueOf([whole, ...groups]);
    isSecret ||= value.text === undefined;
    optional ||= value.optional;
    return value.text ?? "";
  });
  if (result.length > LONGEST) throw new UnknownValue("the value is too long to be looked at");
  return { text: isSecret ? undefined : result, optional };
}
