import assert from "node:assert/strict";
import { objectsOfKind } from "../../../local/pod";
import { podSpecOf } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

/** Fields of a Service by which it is reached from outside of the cluster. */
const OUTWARD = [
  "externalIPs",
  "loadBalancerIP",
  "loadBalancerClass",
  "loadBalancerSourceRanges",
  "externalName",
  "healthCheckNodePort",
  "externalTrafficPolicy",
];

function services(stack: Stack): void {
  const all = objectsOfKind(stack.objects, "Service");
  assert.equal(all.length, 1);
  for (const { spec } of all as unknown as { spec: Record<string, unknown> & { ports: Record<string, unknown>[] } }[]) {
    assert.equal(spec.type, "ClusterIP");
    assertNone(
      "fields that lead out of the cluster",
      OUTWARD.filter((field) => spec[field] !== undefined),
    );
    assert.deepEqual(spec.ports, [{ name: "https", port: 443, protocol: "TCP", targetPort: "https" }]);
  }
}

function hostPorts(stack: Stack): void {
  const pod = podSpecOf(stack.objects);
  for (const field of ["hostNetwork", "hostPID", "hostIPC"]) assert.ok(pod[field] !== true, field);
  const ports = pod.containers.flatMap(({ ports = [] }) => ports as { hostPort?: number; hostIP?: string }[]);
  assertNone(
    "ports of the node",
    ports
      .filter(({ hostPort, hostIP }) => hostPort !== undefined || hostIP !== undefined)
      .map((port) => JSON.stringify(port)),
  );
}

const control = "cluster-ip";

export const attacks: readonly Attack[] = [
  { control, title: "the only Service is a ClusterIP with the one port of nginx", on: "objects", run: services },
  { control, title: "the pod takes no port and no namespace of its node", on: "objects", run: hostPorts },
];
