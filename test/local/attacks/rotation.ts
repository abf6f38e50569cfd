import assert from "node:assert/strict";
import { join } from "node:path";
import { REPOSITORY } from "../../../local/demo/repository";
import type { KubernetesObject } from "../../../local/pod";
import { askPod } from "../client/client";
import { cookieSecretIn } from "../client/cookieSecret";
import { logInsOf, ROLES, secretOf } from "../client/logIns";
import { renderingOf } from "../client/rendering";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

/**
 * The same program with every generated value new, as after a change of `rotation`. Nothing keeps values between two renderings, so that it is
 * `rotation` which changes them is for the component's unit tests to show.
 */
const rotated = renderingOf(join(REPOSITORY, "examples", "basic"));

async function logIns(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const role of ROLES) {
    for (const as of logInsOf(stack.objects, role)) {
      const { status } = await askPod(stack, { to: role, as });
      if (status !== 200) found.push(`${role}: the new log-in of ${as.name}: ${status}`);
    }
    for (const as of logInsOf(stack.original, role)) {
      const { status } = await askPod(stack, { to: role, as });
      if (status !== 401) found.push(`${role}: the old log-in of ${as.name}: ${status}`);
    }
  }
  assertNone("log-ins that are wrong", found);
}

async function certificate(stack: Stack): Promise<void> {
  const old = secretOf(stack.original, "queues-client-tls");
  // Whatever certificate the pod shows, so that only what it thinks of ours counts.
  const tls = { cert: old.get("tls.crt"), key: old.get("tls.key"), rejectUnauthorized: false };
  const { status } = await askPod(stack, { as: logInsOf(stack.objects, "viewer")[0] }, { tls });
  assert.equal(status, 0, "the old client certificate still comes in");
  const { status: refused } = await askPod(stack, {}, { tls: { ca: old.get("ca.crt") } });
  assert.equal(refused, 0, "the pod still shows a certificate of the old authority");
}

function cookies(stack: Stack): void {
  for (const role of ROLES) {
    const signedWith = cookieSecretIn(stack, `flower-${role}`);
    const secret = (objects: readonly KubernetesObject[]): string =>
      secretOf(objects, "queues-cookie").get(role) ?? "none";
    assert.equal(signedWith, secret(stack.objects), `${role}: the new cookie secret`);
    assert.notEqual(signedWith, secret(stack.original), `${role}: the old cookie secret`);
  }
  const both = secretOf(stack.objects, "queues-cookie");
  assert.notEqual(both.get("viewer"), both.get("admin"), "the two processes share a cookie secret");
}

const control = "rotation";

export const attacks: readonly Attack[] = [
  { control, title: "after a rotation the new log-ins work and the old ones do not", setup: rotated, run: logIns },
  { control, title: "after a rotation the old certificates do not open the pod", setup: rotated, run: certificate },
  {
    control,
    title: "after a rotation the cookies' old secrets are gone, and each role has its own",
    setup: rotated,
    run: cookies,
  },
];
