import { commandLineOf } from "../flower/commandLine";
import { optionName } from "../flower/options";
import { part } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { containersOf } from "../objects/pods";
import { each, podRule, type Violation } from "../rule";
import { credentialIn } from "./credentials";

/** The guide's "basic auth credentials in process listings", and every other place where a credential can be read by who may not. */
export const secrets = podRule({
  id: "secrets",
  control: "secrets",
  title: "No credential in arguments, plain variables, probes or annotations",
  remediation:
    "Put it into a Secret and take it as a variable with valueFrom.secretKeyRef: FLOWER_BASIC_AUTH, FLOWER_OAUTH2_SECRET, FLOWER_COOKIE_SECRET, CELERY_BROKER_URL. Leave it out of command and args, also as $(NAME): arguments are in every process listing",
  level: "mandatory",
  scope: "object",
  *judgePod(pod) {
    yield* each(containersOf(pod.spec), (container) => judgeContainer(container));
    yield* each([part(pod.object, "metadata"), pod.metadata], (metadata) => judgeAnnotations(metadata));
  },
});

/** Whoever may see an object may see its annotations. */
export function* judgeAnnotations(metadata: Part): Iterable<Violation> {
  yield* each(metadata.at("annotations").members, function* ([name, value]) {
    const found = credentialIn(value.text ?? "", name.slice(name.lastIndexOf("/") + 1));
    if (found !== undefined) yield { message: `the annotation ${name} holds ${found}`, at: value };
  });
}

function* judgeContainer(container: Part): Iterable<Violation> {
  yield* each(container.at("env").items, judgeVariable);
  yield* each(["command", "args"], (key) => judgeWords(container.at(key)));
  yield* each([container], judgeExpansion);
  const probes = ["startupProbe", "readinessProbe", "livenessProbe"].map((key) => container.at(key));
  const hooks = ["postStart", "preStop"].map((key) => container.at("lifecycle", key));
  yield* each([...probes, ...hooks], judgeAction);
}

function* judgeVariable(variable: Part): Iterable<Violation> {
  const name = variable.at("name").text ?? "";
  const found = credentialIn(variable.at("value").text ?? "", name);
  if (found !== undefined)
    yield { message: `the variable ${name} holds ${found} in plain text`, at: variable.at("value") };
}

/** Requests that the kubelet makes, and commands that it runs. */
function* judgeAction(action: Part): Iterable<Violation> {
  yield* each([action.at("exec", "command")], judgeWords);
  yield* each(action.at("httpGet", "httpHeaders").items, function* (header) {
    const found = credentialIn(header.at("value").text ?? "", header.at("name").text);
    if (found !== undefined) yield { message: `a header of a probe holds ${found}`, at: header.at("value") };
  });
}

/** Options whose whole value is a credential. */
const CREDENTIALS = new Set(["basic_auth", "oauth2_secret", "cookie_secret"]);
/** Options that are often a URL with a password. */
const URLS = new Set(["broker", "b", "result_backend", "broker_api"]);

function* judgeWords(words: Part): Iterable<Violation> {
  yield* each(words.items, function* (item) {
    const text = item.text ?? "";
    const found = credentialIn(text) ?? credentialIn(text.slice(text.indexOf("=") + 1), optionName(text));
    const literal = /(?:^|\s)--basic[-_]auth[= ]["']?([^\s"'$`]+:[^\s"'$`]+)/.exec(text);
    if (found !== undefined || literal !== null) {
      yield { message: `an argument holds ${found ?? "a user and a password"}`, at: item };
    }
  });
}

/** A reference to a Secret in an argument is replaced by its value before the program starts. */
function* judgeExpansion(container: Part): Iterable<Violation> {
  const line = commandLineOf(container);
  const at = container.at(container.at("args").exists ? "args" : "command");
  const fromSecrets = container.at("env").items.filter((each) => each.at("valueFrom", "secretKeyRef").exists);
  const names = new Set(fromSecrets.flatMap((each) => each.at("name").text ?? []));
  const words = line.commands.flatMap((command) => command.words);
  for (const [index, word] of words.entries()) {
    const option = optionName(word);
    const references = [...word.matchAll(line.isShell ? SHELL_REFERENCE : KUBERNETES_REFERENCE)].map(
      ([, plain, braced]) => plain ?? braced ?? "",
    );
    const value = word.includes("=") ? word : (words[index + 1] ?? "");
    const isCredential = CREDENTIALS.has(option) || URLS.has(option);
    const isSubstituted = line.isShell && isCredential && /\$\(|`/.test(value);
    if (references.some((name) => names.has(name)) || isSubstituted || (isCredential && references.length > 0)) {
      const what = option === "" ? "an argument" : `the argument --${option}`;
      yield {
        message: `${what} is replaced by a Secret's value when the program starts, and so in every process listing`,
        at,
      };
    }
  }
}

const KUBERNETES_REFERENCE = /\$\((\w+)\)/g;
const SHELL_REFERENCE = /\$(?:(\w+)|\{(\w+)[^}]*\})/g;
