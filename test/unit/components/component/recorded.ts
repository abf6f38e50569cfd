import type { types } from "@pulumi/kubernetes";
import type { ComponentResourceOptions } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "../../../../components/args";
import { FlowerDashboard } from "../../../../components/flowerDashboard";
import { type Recording, recordResources, type RecordedResource, type RecordOptions } from "../../../../testing";

/** A dashboard called `queues`, made with mocks, and everything that it registered. Its values are repeatable, which makes their hashes cheap. */
export function recordDashboard(
  args: FlowerDashboardArgs,
  options: RecordOptions & { readonly opts?: ComponentResourceOptions } = {},
): Promise<Recording<FlowerDashboard>> {
  const { opts, ...rest } = options;
  return recordResources(() => new FlowerDashboard("queues", args, opts), { seed: "tests", ...rest });
}

/** `Kind name` of a resource, such as `Secret queues-viewer`. */
export function label({ type, name }: RecordedResource): string {
  return `${type.split(":").pop() ?? ""} ${name}`;
}

/** Everything but the component itself. */
export function childrenOf({ resources }: Recording<unknown>): readonly RecordedResource[] {
  return resources.filter(({ custom }) => custom);
}

/** The data of a Secret that was made. */
export function dataOf({ find }: Recording<unknown>, name: string): Readonly<Record<string, string>> {
  return find("kubernetes:core/v1:Secret", name).inputs.stringData as Record<string, string>;
}

/** The pod's template. */
export function templateOf({ find }: Recording<unknown>): types.output.core.v1.PodTemplateSpec {
  return (find("kubernetes:apps/v1:Deployment").inputs.spec as types.output.apps.v1.DeploymentSpec).template;
}

/** The Ingress called `queues`. */
export function ingressOf({ find }: Recording<unknown>): types.output.networking.v1.Ingress {
  return find("kubernetes:networking.k8s.io/v1:Ingress", "queues").inputs as types.output.networking.v1.Ingress;
}
