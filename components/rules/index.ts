import { type Input, type Output, secret } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "../args";
import { accessRules } from "./access";
import { clusterRules } from "./cluster";
import { gatewayRules } from "./gateway";
import { isDnsLabel } from "./grammar";
import { memberRules } from "./members";
import { metricsRules } from "./metrics";
import { oauthRules } from "./oauth";
import { persistenceRules } from "./persistence";
import { liftedStructure, plainPart } from "./plainPart";
import { argumentsError, type Problem } from "./problems";
import { brokenRules, type Rule } from "./rule";

/** Every rule of the contract. */
export const rules: readonly Rule[] = [
  ...memberRules,
  ...accessRules,
  ...oauthRules,
  ...clusterRules,
  ...persistenceRules,
  ...metricsRules,
  ...gatewayRules,
];

/**
 * Longest name of a dashboard: the Service is called after it, and Pulumi appends nine characters to the 63 that a DNS label may have.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
const LONGEST_NAME = 63 - 9;

/** Everything that is wrong with the name and with known arguments. Members that are not known yet are not judged. */
export function problemsOf(name: string, args: unknown): Problem[] {
  const nameFits = typeof name === "string" && isDnsLabel(name) && name.length <= LONGEST_NAME;
  const nameProblem = {
    path: "name",
    reason: `${JSON.stringify(name)} cannot name Kubernetes objects; write at most ${LONGEST_NAME} of a-z 0-9 -, first and last a letter or digit`,
  };
  return [...(nameFits ? [] : [nameProblem]), ...unique([...liftedStructure(args), ...brokenRules(rules, args)])];
}

/**
 * Stops the program, now, if anything that is plain in the arguments breaks a rule.
 *
 * @throws InputPropertiesError that lists every problem by its property path
 */
export function checkPlain(name: string, args: FlowerDashboardArgs): void {
  check(name, plainPart(args));
}

/**
 * Stops whatever is built from the arguments if they break a rule, once they are known.
 *
 * @throws InputPropertiesError that lists every problem by its property path
 */
export function check(name: string, args: unknown): void {
  const problems = problemsOf(name, args);
  if (problems.length > 0) {
    throw argumentsError(name, problems);
  }
}

/** Credentials that may be given by value. They stay out of what is lifted together: see `resolve`. */
export const SECRETS = ["broker.url", "broker.managementApiUrl", "auth.oauth.clientSecret"] as const;
/** One of `SECRETS`. */
export type SecretPath = (typeof SECRETS)[number];

/** A credential of the arguments, marked secret, that rejects if it breaks a rule once it is known: what is built from it is then not built. */
export function checkedSecret(name: string, args: FlowerDashboardArgs, path: SecretPath): Output<string> {
  const ownRules = rules.filter((rule) => rule.path === path);
  const plain = plainPart(args);
  return secret((secretAt(args, path) ?? "") as Input<string>).apply((value) => {
    // An Output of another stack's output can turn out to hold nothing, which must not pass for a member that was left out.
    const problems = brokenRules(ownRules, withSecret(plain, path, (value as unknown) ?? null));
    if (problems.length > 0) {
      throw argumentsError(name, problems);
    }
    return value;
  });
}

/** What stands at the path of a credential, an Output perhaps. */
export function secretAt(args: unknown, path: SecretPath): unknown {
  return path.split(".").reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], args);
}

/** A copy of the arguments with another value in place of a credential; `undefined` takes it away. */
export function withSecret<T>(args: T, path: SecretPath, value: unknown): T {
  const put = (target: unknown, [step = "", ...rest]: readonly string[]): unknown => ({
    ...(target as object),
    [step]: rest.length === 0 ? value : put((target as Record<string, unknown>)[step], rest),
  });
  return put(args, path.split(".")) as T;
}

/** A value of the wrong type breaks several rules; a reader needs the first for each path. */
function unique(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ path }, index) => problems.findIndex((other) => other.path === path) === index);
}
