import { part } from "../objects/kubernetesObject";
import type { Part } from "../objects/part";
import { containersOf } from "../objects/pods";
import { each, podRule, type Violation } from "../rule";
import { credentialIn } from "./credentials";
import { judgeExpansion, judgeWords } from "./secretsArguments";

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
