import { readConfiguration } from "./config";
import type { GivenConfig } from "./config";
import { programError } from "./errors";
import { findLeaks } from "./leaks";
import { collectObjects } from "./objects";
import type { KubernetesObject } from "./objects";
import { inApplyOrder } from "./order";
import { findProject } from "./project";
import { runProgram } from "./runProgram";
import { redact } from "./secrets";
import type { StackOutputs } from "../../testing/stackReference";

/** What to render. */
export interface RenderOptions {
  /** A folder with a Pulumi.yaml, or a .ts or .js file. */
  readonly program: string;
  /** Configuration; a key without a colon belongs to the project. Objects are passed on as JSON. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Configuration whose values are secret: they may reach Secrets only. */
  readonly secretConfig?: Readonly<Record<string, unknown>>;
  /** The stack: its name, or `organization/stack`, or `organization/project/stack`. Defaults to "render". */
  readonly stack?: string;
  /** Outputs of other stacks, by `organization/project/stack` and name. */
  readonly stackOutputs?: StackOutputs;
  /**
   * Whether the values of Secrets are returned. Defaults to false: they are replaced by a fixed text, and everything that
   * is generated is the same each time. With true, passwords, keys and certificates are real and new each time.
   */
  readonly showSecrets?: boolean;
  /** After how many seconds a program that has not ended is stopped. Defaults to 120. */
  readonly timeoutSeconds?: number;
}

/** The seed and the time of a rendering that shows no secret: whatever is made from them is never used. */
const REPEATABLE = { seed: "secure-flower render", now: "2026-01-01T00:00:00.000Z" };

/**
 * Runs a Pulumi program without an engine or a cluster and returns the Kubernetes objects that it would make, in the order
 * in which they can be applied. Names are the given or the Pulumi names; a real engine may add a random suffix.
 *
 * @throws RenderError, whose message is meant for a person and whose `exitCode` is 1 where the program is at fault (it
 * throws, never ends, or a secret of it is outside a Secret) and 2 where something is missing or cannot be rendered.
 */
export async function renderProgram(options: RenderOptions): Promise<KubernetesObject[]> {
  const project = findProject(options.program);
  const { stack, organization } = splitStack(options.stack ?? "render");
  const given: GivenConfig = { plain: options.config ?? {}, secret: options.secretConfig ?? {} };
  const { values, secretKeys } = readConfiguration(project, stack, given);
  const showSecrets = options.showSecrets ?? false;
  const job = {
    main: project.main,
    isModule: project.isModule,
    project: project.name,
    stack,
    organization,
    config: values,
    secretKeys,
    stackOutputs: options.stackOutputs ?? {},
    repeatable: showSecrets ? undefined : REPEATABLE,
  };
  const { resources, secrets } = await runProgram(project, job, options.timeoutSeconds ?? 120);
  const objects = inApplyOrder(collectObjects(resources));
  const leaks = findLeaks(objects, secrets);
  if (leaks.length > 0) {
    throw programError(
      `a secret is outside the values of a Secret:\n${leaks.map((leak) => `  - ${leak}`).join("\n")}\n` +
        "Refer to a Secret from there (secretKeyRef, a volume); pulumi.unsecret says that a value is none. " +
        'A value that is a common word, such as "password", is found in any text: give a random one.',
    );
  }
  return objects.map(({ object }) => (showSecrets ? object : redact(object)));
}

function splitStack(name: string): { stack: string; organization: string } {
  const parts = name.split("/");
  return { stack: parts.at(-1) ?? name, organization: parts.length > 1 ? (parts[0] ?? "") : "organization" };
}
