import type { types } from "@pulumi/kubernetes";
import type { FlowerDashboardArgs } from "../../../../components/args";
import { deploymentSpec, type PodReferences } from "../../../../components/build/pod";
import { minimal, modelOf } from "../arguments";

/** A Deployment as it is built: the SDK's inputs are Inputs at every level, its outputs are plain, and so is what is built. */
export type Deployment = types.output.apps.v1.DeploymentSpec;
export type Pod = types.output.core.v1.PodSpec;
export type Container = types.output.core.v1.Container;

/** The same with every member optional, as it is in a manifest: the SDK's outputs say that all are there. */
export type Loose<T> = T extends (infer Item)[]
  ? Loose<Item>[]
  : T extends object
    ? { readonly [Member in keyof T]?: Loose<T[Member]> }
    : T;

/** Names of the objects that a pod refers to, as an engine would have made them. */
export const references: PodReferences = {
  authority: "queues-ca-1",
  nginxConfig: "queues-nginx-1",
  scripts: "queues-flower-1",
  serverTls: "queues-server-tls-1",
  viewerUsers: "queues-viewer-1",
  adminUsers: undefined,
  clientSecret: undefined,
  cookies: "queues-cookie-1",
  brokerUrl: { name: "queues-broker-1", key: "url" },
  managementApiUrl: undefined,
  historyClaim: undefined,
};

/** The same with everything that can be there. */
export const fullReferences: PodReferences = {
  ...references,
  adminUsers: "queues-admin-1",
  managementApiUrl: { name: "queues-broker-1", key: "managementApiUrl" },
  historyClaim: "queues-history-1",
};

/** Those of sign-in with an identity provider. */
export const signInReferences: PodReferences = {
  ...references,
  viewerUsers: undefined,
  clientSecret: { name: "queues-oauth-1", key: "clientSecret" },
};

/** The Deployment of a dashboard. */
export function deploymentOf(
  args: FlowerDashboardArgs = minimal,
  refs: PodReferences = references,
  configuration: readonly string[] = ["conf"],
): Deployment {
  return deploymentSpec(modelOf(args), refs, configuration) as unknown as Deployment;
}

/** Its pod. */
export function podOf(args?: FlowerDashboardArgs, refs?: PodReferences): Pod {
  return deploymentOf(args, refs).template.spec;
}

/** The init container and the others. */
export function everyContainer({ initContainers, containers }: Pod): Container[] {
  return [...initContainers, ...containers];
}
