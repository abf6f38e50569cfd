import type { RecordedResource } from "../../testing/mocks";
import type { StackOutputs } from "../../testing/stackReference";

/** What the child process is to run. It travels by the pipe between the two, so that no secret is in argv or environment. */
export interface Job {
  /** The file to load. */
  readonly main: string;
  /** Whether it is loaded with `import` and not with `require`. */
  readonly isModule: boolean;
  readonly project: string;
  readonly stack: string;
  readonly organization: string;
  /** Configuration by full key (`namespace:key`). */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
  readonly stackOutputs: StackOutputs;
  /** The seed and the time that make the result repeatable; without them, values are real and fresh. */
  readonly repeatable: { readonly seed: string; readonly now: string } | undefined;
}

/** A value that must not be seen, and where it comes from. */
export interface KnownSecret {
  readonly value: string;
  /** In words: "the output result of random:index/randomPassword:RandomPassword queues-viewer". */
  readonly origin: string;
}

/** What the renderer needs to know of a resource. */
export type RenderedResource = Pick<
  RecordedResource,
  "type" | "name" | "custom" | "read" | "inputs" | "secretInputs" | "unknownInputs" | "assetInputs" | "outputs"
>;

/** How a program failed. */
export type Failure =
  | { readonly kind: "config"; readonly key: string; readonly secret: boolean }
  | { readonly kind: "stackOutput"; readonly stack: string; readonly output: string }
  | { readonly kind: "stalled" }
  | { readonly kind: "error"; readonly message: string };

/** What the child process answers. */
export type Answer =
  | {
      readonly type: "secure-flower:rendered";
      readonly resources: readonly RenderedResource[];
      readonly secrets: readonly KnownSecret[];
    }
  | { readonly type: "secure-flower:failed"; readonly failures: readonly Failure[] };
