import { type Output, secret } from "@pulumi/pulumi";
import type { BrokerArgs, FlowerDashboardArgs } from "../args";
import { accessRules } from "./access";
import { clusterRules } from "./cluster";
import { isDnsLabel } from "./grammar";
import { memberRules } from "./members";
import { persistenceRules } from "./persistence";
import { liftedStructure, plainPart } from "./plainPart";
import { argumentsError, type Problem } from "./problems";
import { brokenRules, type Rule } from "./rule";

/** Every rule of the contract. */
export const rules: readonly Rule[] = [...memberRules, ...accessRules, ...clusterRules, ...persistenceRules];

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

/**
 * A credential of `broker`, marked secret, that rejects if it breaks a rule once it is known: what is built from it is then not built.
 */
export function checkedSecret(name: string, broker: BrokerArgs, member: "url" | "managementApiUrl"): Output<string> {
  const ownRules = rules.filter(({ path }) => path === `broker.${member}`);
  return secret(broker[member] ?? "").apply((value) => {
    // An Output of another stack's output can turn out to hold nothing, which must not pass for a member that was left out.
    const known = { broker: { ...(plainPart(broker) as BrokerArgs), [member]: (value as unknown) ?? null } };
    const problems = brokenRules(ownRules, known);
    if (problems.length > 0) {
      throw argumentsError(name, problems);
    }
    return value;
  });
}

/** A value of the wrong type breaks several rules; a reader needs the first for each path. */
function unique(problems: readonly Problem[]): Problem[] {
  return problems.filter(({ path }, index) => problems.findIndex((other) => other.path === path) === index);
}
