/**
 * The rules of the policy pack, to compose into one's own: over Pulumi's resources (`policies`) or over any Kubernetes objects (`judge`).
 *
 * @example
 * ```ts
 * import { PolicyPack } from "@pulumi/policy";
 * import { policies } from "secure-flower/policy";
 *
 * new PolicyPack("our-rules", { policies: [...policies(), …] });
 * ```
 *
 * @packageDocumentation
 */
export { ConfigError, readConfig, type PolicyConfig, type RuleConfig } from "./config";
export { RULES } from "./controls";
export { judge, type Finding, type JudgeOptions, type Judgement } from "./judge";
export { objectsOf, titleOf, type KubernetesObject, type ObjectOptions, type Origin } from "./objects/kubernetesObject";
export { formatPath, Part, UNKNOWN, type Path } from "./objects/part";
export { policies, UNDECIDED } from "./pulumi/policies";
export type { EnforcementLevel, Parameters, ParameterSchema, PolicyControl, Rule, RuleId, Violation } from "./rule";
