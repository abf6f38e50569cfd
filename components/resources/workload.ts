import * as k8s from "@pulumi/kubernetes";
import { all, type Input, type Output, output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs, NetworkPolicyArgs } from "../args";
import { networkPolicySpec } from "../build/networkPolicy";
import { nginxConfig } from "../build/nginx/config";
import { deploymentSpec, type PodReferences } from "../build/pod";
import { scripts } from "../build/scripts";
import { serviceSpec, SKIP_AWAIT } from "../build/service";
import type { Labels } from "../model";
import { renewedWithAuthority } from "./certificates";
import { type Context, metadata } from "./context";

/** nginx.conf, generated from the model. Not a secret, and nothing secret is in it. */
export function createNginxConfig(context: Context): k8s.core.v1.ConfigMap {
  return new k8s.core.v1.ConfigMap(
    `${context.name}-nginx`,
    { metadata: metadata(context), data: { "nginx.conf": context.model.apply(nginxConfig) } },
    context.options,
  );
}

/** What the Flower containers run: checks first, then Flower. */
export function createScripts(context: Context): k8s.core.v1.ConfigMap {
  return new k8s.core.v1.ConfigMap(
    `${context.name}-flower`,
    { metadata: metadata(context), data: scripts() },
    context.options,
  );
}

/** The ClusterIP Service in front of nginx. @param authority name of the ConfigMap with the CA that its pods know */
export function createService(
  context: Context,
  { metrics }: FlowerDashboardArgs,
  authority: Output<string>,
  annotations: Output<Labels> | undefined,
): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    context.name,
    {
      metadata: metadata(
        context,
        output(annotations).apply((known) => ({ ...known, ...SKIP_AWAIT })),
      ),
      spec: authority.apply((known) => serviceSpec(context.name, known, metrics !== undefined)),
    },
    renewedWithAuthority(context),
  );
}

/** The pod: nginx, and one Flower for each role. @param args whether two pods can be there at once, which one volume does not allow */
export function createDeployment(
  context: Context,
  { persistence }: FlowerDashboardArgs,
  references: { readonly [Part in keyof PodReferences]: Input<PodReferences[Part]> },
): k8s.apps.v1.Deployment {
  const spec = all([context.model, output(references)]).apply(([model, known]) =>
    deploymentSpec(model, known, [nginxConfig(model), ...Object.values(scripts())]),
  );
  return new k8s.apps.v1.Deployment(
    context.name,
    { metadata: metadata(context), spec },
    {
      ...renewedWithAuthority(context),
      // The new pod would wait for the volume until the old one ends, and the old one's end for the new pod.
      deleteBeforeReplace: persistence !== undefined,
      // An `up` whose pod cannot start ends, and says why, before anyone's patience does.
      customTimeouts: { create: "6m", update: "6m" },
    },
  );
}

/** Who may connect to the pod and to whom it may connect; nothing if the cluster has a policy of its own. */
export function createNetworkPolicy(context: Context, args: NetworkPolicyArgs | undefined): void {
  if (args?.disabled) {
    return;
  }
  new k8s.networking.v1.NetworkPolicy(
    context.name,
    { metadata: metadata(context), spec: context.model.apply(networkPolicySpec) },
    context.options,
  );
}
