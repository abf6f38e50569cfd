import Ajv from "ajv";
import type { EnforcementLevel, Parameters, ParameterSchema, Rule } from "./rule";

/** What is said of one rule: its level, or that and its parameters. */
export type RuleConfig = EnforcementLevel | ({ readonly enforcementLevel?: EnforcementLevel } & Parameters);

/**
 * Configuration by rule, in the form of `pulumi preview --policy-pack-config`: `{ "version": "mandatory", "isolation": { "allow": ["legacy/*"] } }`.
 * `all` is the level of every rule that is not named. https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/
 */
export type PolicyConfig = Readonly<Record<string, RuleConfig>>;

/** A configuration that makes no sense; the message says which rule, and what to write instead. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

/** A rule with what the configuration says of it. */
export interface Settled {
  readonly rule: Rule;
  readonly level: EnforcementLevel;
  readonly parameters: Parameters;
  /** Whether the object `namespace/name` is on the rule's allow-list. */
  readonly isExempt: (name: string) => boolean;
}

/** Every rule has it. */
const ALLOW: ParameterSchema = {
  type: "array",
  items: { type: "string" },
  description:
    "Objects that the rule leaves alone, as namespace/name of the workload, Service or route; * stands for any text.",
  default: [],
};

/** The parameters of a rule, as JSON schemas. */
export function parametersOf(rule: Rule): Readonly<Record<string, ParameterSchema>> {
  return { ...rule.parameters, allow: ALLOW };
}

/** A rule with its configuration, or its defaults. */
export function settle(rule: Rule, config: PolicyConfig = {}): Settled {
  const own = config[rule.id] ?? config.all ?? {};
  const { enforcementLevel = rule.level, ...given } = typeof own === "string" ? { enforcementLevel: own } : own;
  const defaults = Object.entries(parametersOf(rule)).map(([name, schema]): [string, unknown] => [
    name,
    schema.default,
  ]);
  const parameters: Parameters = { ...Object.fromEntries(defaults), ...given };
  const allow = Array.isArray(parameters.allow) ? parameters.allow.map((each) => globOf(String(each))) : [];
  return { rule, level: enforcementLevel, parameters, isExempt: (name) => allow.some((glob) => glob.test(name)) };
}

function globOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replaceAll("*", ".*")}$`);
}

const LEVEL = { type: "string", enum: ["mandatory", "advisory", "disabled"] };

function schemaOf(rule: Rule): object {
  return {
    type: "object",
    additionalProperties: false,
    properties: { ...parametersOf(rule), enforcementLevel: LEVEL },
  };
}

/** Checks a configuration against the rules' schemas, and returns it typed. */
export function readConfig(value: unknown, rules: readonly Rule[]): PolicyConfig {
  const properties = rules.map((rule): [string, object] => [
    rule.id,
    { if: { type: "string" }, then: LEVEL, else: schemaOf(rule) },
  ]);
  const schema = {
    type: "object",
    additionalProperties: false,
    properties: { all: LEVEL, ...Object.fromEntries(properties) },
  };
  const ajv = new Ajv({ strict: false });
  if (ajv.validate(schema, value)) return value;
  const [error] = ajv.errors ?? [];
  const place = error?.instancePath.slice(1).replaceAll("/", ".") ?? "";
  const { additionalProperty, allowedValues } = (error?.params ?? {}) as {
    additionalProperty?: string;
    allowedValues?: string[];
  };
  if (place === "" && additionalProperty !== undefined) {
    const known = ["all", ...rules.map(({ id }) => id)].join(", ");
    throw new ConfigError(
      `the policy configuration names ${JSON.stringify(additionalProperty)}, which is no rule: write one of ${known}`,
    );
  }
  const detail =
    additionalProperty === undefined ? (allowedValues ?? []).join(", ") : JSON.stringify(additionalProperty);
  throw new ConfigError(
    `the policy configuration${place === "" ? "" : ` at ${place}`} ${error?.message ?? "is wrong"}: ${detail}`.replace(
      /: $/,
      "",
    ),
  );
}
