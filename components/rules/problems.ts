import { InputPropertiesError } from "@pulumi/pulumi";

/** One broken rule. */
export interface Problem {
  /** Property path, for example `auth.basic.viewers[1]`. */
  readonly path: string;
  /** The value, the rule and the fix, in one sentence that goes on from the path. Never holds a secret. */
  readonly reason: string;
}

/**
 * The error that stops the program: one line for each problem, by property path.
 *
 * @param name name of the dashboard
 * @param problems at least one
 */
export function argumentsError(name: string, problems: readonly Problem[]): InputPropertiesError {
  const lines = problems.map(({ path, reason }) => `  ${path === "" ? "arguments" : path}: ${reason}`);
  return new InputPropertiesError({
    message: `FlowerDashboard "${name}" has ${problems.length === 1 ? "a wrong argument" : `${problems.length} wrong arguments`}:\n${lines.join("\n")}`,
    errors: problems.map(({ path, reason }) => ({ propertyPath: path, reason })),
  });
}
