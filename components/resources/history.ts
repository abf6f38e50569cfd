import * as k8s from "@pulumi/kubernetes";
import { type Output, output } from "@pulumi/pulumi";
import type { PersistenceArgs } from "../args";
import { historyClaimSpec } from "../build/history";
import type { Labels, Model } from "../model";
import { type Context, metadata } from "./context";

/**
 * Most classes bind a volume only once a pod needs it, and the pod needs the claim first: whoever waits for the claim waits for ever. `pulumi up` waits for the
 * Deployment, and says why its pod cannot be scheduled.
 */
const SKIP_AWAIT: Labels = { "pulumi.com/skipAwait": "true" };

/** The name of the claim to the volume of the history, or `undefined` without one. */
export function createHistoryClaim(
  context: Context,
  persistence: PersistenceArgs | undefined,
): Output<string> | undefined {
  if (persistence === undefined) {
    return undefined;
  }
  const claim = new k8s.core.v1.PersistentVolumeClaim(
    `${context.name}-history`,
    {
      metadata: metadata(context, output<Labels>(SKIP_AWAIT)),
      // There is one in the model, since there is one in the arguments.
      spec: context.model.apply((model) => historyClaimSpec(model.persistence as NonNullable<Model["persistence"]>)),
    },
    context.options,
  );
  return claim.metadata.name;
}
