import * as k8s from "@pulumi/kubernetes";
import type { ComponentResourceOptions, ResourceTransform } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../../verify";
import { list } from "../kubectl";
import { createStage, served, type Stage } from "../stage";
import { readEngine } from "./engine";
import { configure, createStack, findDashboard, program } from "./stack";

/** What only a transform can change. */
const minReadySeconds: ResourceTransform = ({ type, props, opts }) =>
  type === "kubernetes:apps/v1:Deployment"
    ? { props: { ...props, spec: { ...(props as { spec: object }).spec, minReadySeconds: 1 } }, opts }
    : undefined;

describe.skipIf(readEngine().missing.length > 0)("options of the user's program", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await createStage("options");
    const opts = (): ComponentResourceOptions => ({
      // Its namespace is the dashboard's, which names none.
      provider: new k8s.Provider("elsewhere", { namespace: stage.namespace, kubeconfig: process.env.KUBECONFIG! }),
      transforms: [minReadySeconds],
    });
    const stack = await createStack(stage, program(opts));
    await configure(stack, stage);
    await stack.removeConfig("namespace");
    await stack.up();
  }, 600_000);
  afterAll(() => stage.remove());

  test("put the dashboard into the default namespace of an explicit provider, where it is verified live", async () => {
    const dashboard = await findDashboard(stage);
    await served(dashboard);
    const report = await verify(dashboard.target);
    expect(report.results.filter(({ verdict }) => verdict === "not live" || verdict === "unknown")).toEqual([]);
  });

  test("reach the objects by a transform", async () => {
    const deployments = await list(stage.namespace, "deployments");
    const ours = deployments.filter(({ metadata }) => metadata.name.startsWith("queues"));
    expect(ours.map(({ spec }) => (spec as { minReadySeconds?: number }).minReadySeconds)).toEqual([1]);
  });
});
