import type { runtime } from "@pulumi/pulumi";
import { unknownValue } from "./wire";

/** Outputs of other stacks, by stack name (`organization/project/stack`) and output name. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What `new pulumi.StackReference(stack)` answers. In a preview, the outputs of a stack that was not given are unknown. */
export function stackReferenceOutputs(
  stack: string,
  known: StackOutputs,
  preview: boolean,
): runtime.MockResourceResult {
  const outputs = known[stack] ?? (preview ? unknownValue() : {});
  return { id: stack, state: { name: stack, outputs, secretOutputNames: [] } };
}
