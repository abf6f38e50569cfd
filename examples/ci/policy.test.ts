// The policy pack in a unit test of your own program: no engine, no cluster, no @pulumi/policy.
import { judgeResources, recordResources } from "secure-flower/testing";
import { expect, test } from "vitest";

test("the program ships no open Flower", async () => {
  const { resources } = await recordResources(() => import("../basic/index.js"), {
    config: {
      host: "queues.example.com",
      adminHost: "queues-admin.example.com",
      brokerUrl: "redis://:password@redis:6379/0",
    },
    secretConfig: ["brokerUrl"],
  });
  const { flowers, violations } = judgeResources(resources);

  expect(flowers).toBe(1);
  expect(violations).toEqual([]);
});
