import type { PolicyResource, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { printable } from "../../verify/redaction";
import { parametersOf, settle } from "../config";
import { RULES } from "../controls";
import { Inventory } from "../inventory";
import { judgeRule, type Finding } from "../judge";
import { titleOf, type KubernetesObject } from "../objects/kubernetesObject";
import { formatPath } from "../objects/part";
import type { Parameters, Rule } from "../rule";
import { plainCopy } from "./known";
import { objectsOfResource } from "./resources";

/** The name of the policy that says where a rule could not tell. */
export const UNDECIDED = "undecided";

/**
 * The rules as policies of Pulumi, for `new PolicyPack(…, { policies: policies() })`. A rule for which one object is enough is a resource policy, and stops it
 * before it is made; the others are stack policies, which see the whole preview. Each has the level and the parameters of its rule, and takes
 * others from the pack's configuration. `undecided`, advisory, says what could not be judged, as values that only the deployment knows.
 */
export function policies(rules: readonly Rule[] = RULES): (ResourceValidationPolicy | StackValidationPolicy)[] {
  return [
    ...rules.map((rule) => (rule.scope === "object" ? resourcePolicy(rule) : stackPolicy(rule))),
    undecided(rules),
  ];
}

function described(
  rule: Rule,
): Pick<StackValidationPolicy, "name" | "description" | "enforcementLevel" | "configSchema"> {
  // Pulumi's types know mutable lists only.
  const properties = parametersOf(rule) as unknown as NonNullable<StackValidationPolicy["configSchema"]>["properties"];
  return {
    name: rule.id,
    description: `${rule.title}.`,
    enforcementLevel: rule.level,
    configSchema: { properties },
  };
}

function resourcePolicy(rule: Rule): ResourceValidationPolicy {
  return {
    ...described(rule),
    validateResource: (args, report) => {
      const { type, urn } = args;
      if (!type.startsWith("kubernetes:")) return;
      const objects = objectsOfResource({ type, urn, properties: plainCopy(args.props) });
      reportAll(broken(rule, objects, args.getConfig<Parameters>()), report);
    },
  };
}

function stackPolicy(rule: Rule): StackValidationPolicy {
  return {
    ...described(rule),
    validateStack: (args, report) =>
      reportAll(broken(rule, objectsOfStack(args.resources), args.getConfig<Parameters>()), report),
  };
}

function undecided(rules: readonly Rule[]): StackValidationPolicy {
  return {
    name: UNDECIDED,
    description:
      "Says where a rule could not tell, since a value is known only after the deployment or an object is not in this stack.",
    enforcementLevel: "advisory",
    validateStack: (args, report) => {
      const inventory = new Inventory(objectsOfStack(args.resources));
      const findings = rules.flatMap((rule) => judgeRule(settle(rule), inventory));
      for (const { rules: ids, subject, message } of grouped(findings.filter(({ verdict }) => verdict === "unknown")))
        report(
          printable(`${ids.join(", ")} could not be judged for ${titleOf(subject)}: ${message}`),
          subject.origin.name,
        );
    },
  };
}

/** One line for what leaves several rules undecided: a workload of which nothing is known would have one for each of them. */
function grouped(findings: readonly Finding[]): readonly Undecided[] {
  const groups = new Map<string, Undecided>();
  for (const { rule, subject, message } of findings) {
    const key = JSON.stringify([subject.origin.name, titleOf(subject), message]);
    groups.set(key, { subject, message, rules: [...(groups.get(key)?.rules ?? []), rule.id] });
  }
  return [...groups.values()];
}

interface Undecided {
  readonly subject: KubernetesObject;
  readonly message: string;
  readonly rules: readonly string[];
}

function objectsOfStack(resources: readonly PolicyResource[]): readonly KubernetesObject[] {
  return resources.flatMap(({ type, urn, props }) =>
    type.startsWith("kubernetes:") ? objectsOfResource({ type, urn, properties: plainCopy(props) }) : [],
  );
}

function broken(rule: Rule, objects: readonly KubernetesObject[], parameters: Parameters): readonly Finding[] {
  if (objects.length === 0) return [];
  // Whether a disabled policy is asked at all, the engine has decided by now.
  const settled = settle(rule, { [rule.id]: parameters });
  return judgeRule(settled, new Inventory(objects)).filter(({ verdict }) => verdict === "not live");
}

function reportAll(findings: readonly Finding[], report: ReportViolation): void {
  for (const { rule, object, path, message } of findings) {
    const place = path.length === 0 ? "" : ` at ${formatPath(path)}`;
    report(printable(`${titleOf(object)}${place}: ${message}. ${rule.remediation}.`), object.origin.name);
  }
}
