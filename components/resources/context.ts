import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import type { types } from "@pulumi/kubernetes";
import { objectLabels } from "../build/labels";
import type { Labels, Model } from "../model";

/** What every `create…` function needs. */
export interface Context {
  /** Name of the dashboard: every child is called `${name}-<part>`, whatever the options. */
  readonly name: string;
  /** The decided model. It rejects, and so stops each child, if the arguments break a rule. */
  readonly model: Output<Model>;
  /**
   * The two arguments by which children are made anew. They are known even while another one is not, or a preview with an unknown host would
   * tell of a new password for everybody. They reject, as the model does, if any argument breaks a rule.
   */
  readonly namespace: Output<string | undefined>;
  readonly rotation: Output<string>;
  /** Options of every child: its parent. */
  readonly options: CustomResourceOptions;
}

/** Metadata of a child: Pulumi names it, so that a changed Secret or ConfigMap is a new object and the pod rolls. */
export function metadata({ name, namespace }: Context, annotations?: Output<Labels>): types.input.meta.v1.ObjectMeta {
  return {
    // An absent namespace is the provider's.
    namespace: namespace,
    labels: objectLabels(name),
    annotations,
  };
}
