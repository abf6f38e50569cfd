import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ADDRESSES, type KubernetesObject } from "../../../local/pod";
import { BrokerSpy } from "../client/brokerSpy";
import { ControllerClient, freshClient, PodClient, PREFIX } from "../client/client";
import type { Line } from "../client/http1";
import { credentialLines, credentialOf } from "../client/logIns";
import { replaced, withNginxConf, withVariable } from "../client/objects";
import type { Stack } from "../client/stack";
import { until } from "../client/until";
import { assertNone, type Attack } from "./attack";
import { CONTROL_BODY, CONTROL_CALLS, targetOf } from "./controlCalls";
import { smuggled } from "./smuggling";
import { tricksFor, type Trick } from "./tricks";

/** The lock in Flower taken out: the viewers' process may do everything. */
export const withWritableFlower = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  withVariable(objects, "flower-viewer", "FLOWER_READ_ONLY", "false");

/** The lock in nginx taken out: what is on no list is passed on too. */
export const withOpenList = (objects: readonly KubernetesObject[]): KubernetesObject[] =>
  withNginxConf(objects, (text) => replaced(text, /(\$viewer_route \{\s+default )"";/, "$1page;"));

/** Runs something, and asserts that nothing came of it at the broker, and that the worker is what it was. */
async function assertNothingHappens(stack: Stack, run: () => Promise<void>): Promise<void> {
  const spy = await BrokerSpy.start(stack);
  try {
    await run();
    // Whoever hung up early may still have set something going.
    await sleep(300);
    assertNone("the pod made the worker or the queue do", await spy.deeds());
    assert.equal(stack.demo.worker?.running, true, "the worker has ended");
  } finally {
    spy.stop();
  }
}

/** That the spy sees, and that calls of this kind do work, is proved by those who may make them. */
async function adminCan(stack: Stack): Promise<void> {
  const spy = await BrokerSpy.start(stack);
  const client = new PodClient(stack);
  const as = credentialOf(stack.objects, "admin");
  const succeeds = async (path: string): Promise<boolean> => {
    const target = `${PREFIX}/${path}`;
    return (await client.ask({ to: "admin", as, method: "POST", target, body: CONTROL_BODY })).status === 200;
  };
  for (const path of [
    "api/task/revoke/no-such-task",
    "api/task/send-task/shop.send_receipt",
    "api/worker/pool/grow/worker@shop?n=1",
  ]) {
    assert.ok(await succeeds(path), path);
  }
  const deeds = await spy.deeds();
  spy.stop();
  // A pool whose processes are all busy is not made smaller.
  await until("the pool is what it was", () => succeeds("api/worker/pool/shrink/worker@shop?n=1"));
  client.close();
  assert.deepEqual(deeds, ["revoke", "task", "pool_grow"]);
}

/** What a control endpoint says when it has obeyed. */
const OBEYED = /"message":|"task-id":/;

async function tryAll(stack: Stack, tricks: readonly Trick[]): Promise<string[]> {
  const client = new PodClient(stack);
  const as = credentialOf(stack.objects, "viewer");
  assert.equal((await client.ask({ as })).status, 200, "the viewer's log-in works");
  const found: string[] = [];
  for (const { name, ...trick } of tricks) {
    const answer = await client.ask({ ...trick, as });
    if (OBEYED.test(answer.body)) found.push(`${name}: ${trick.method} ${trick.target} was obeyed: ${answer.body}`);
    if (found.length > 5) break;
  }
  client.close();
  return found;
}

const tricks = (stack: Stack): Trick[] =>
  CONTROL_CALLS.flatMap((call) => tricksFor(call, stack.authority("viewer"), stack.authority("admin")));

/** As a browser's developer tools would send them. */
async function plainCalls(stack: Stack): Promise<void> {
  const plain = CONTROL_CALLS.map((call): Trick => ({
    name: "plainly",
    method: "POST",
    target: targetOf(call),
    body: CONTROL_BODY,
  }));
  await assertNothingHappens(stack, async () => {
    assertNone("control calls that were obeyed", await tryAll(stack, plain));
  });
}

async function pathsAndMethods(stack: Stack): Promise<void> {
  await assertNothingHappens(stack, async () => {
    assertNone("control calls that were obeyed", await tryAll(stack, tricks(stack)));
  });
}

/** The whole road. One endpoint: the controller is a stand-in, and what it lets through is what the pod was asked before. */
async function throughController(stack: Stack): Promise<void> {
  const as = credentialOf(stack.objects, "viewer");
  const [call] = CONTROL_CALLS;
  const client = new ControllerClient(stack, "viewer");
  const found: string[] = [];
  await assertNothingHappens(stack, async () => {
    for (const { name, ...trick } of tricksFor(call!, stack.authority("viewer"), stack.authority("admin"))) {
      const answer = await client.ask({ ...trick, as });
      if (OBEYED.test(answer.body)) found.push(`${name}: ${trick.target}`);
      if (answer.status === 429) found.push(`${name}: refused only because there were too many`);

      await sleep(20);
    }
    client.close();
    assertNone("control calls that were obeyed", found);
  });
}

async function smuggle(stack: Stack, open: () => Promise<Line>, address: boolean): Promise<string[]> {
  const login = credentialLines(credentialOf(stack.objects, "viewer"));
  const host = ["Host", stack.authority("viewer")] as const;
  const target = targetOf(CONTROL_CALLS[0]!);
  const attempts = smuggled({ headers: [host, ...login], target });
  const outcomes = await Promise.all(
    attempts.map(async ({ name }, index) => {
      // Each comes from a client of its own, so that none is refused because there were too many.
      const headers = address ? [host, ...login, ["X-Forwarded-For", freshClient()] as const] : [host, ...login];
      const line = await open();
      line.send(smuggled({ headers, target })[index]!.bytes);
      const said = await line.rest(1);
      line.close();
      return OBEYED.test(said) ? [`${name}: ${said.slice(0, 200)}`] : [];
    }),
  );
  return outcomes.flat();
}

async function smuggling(stack: Stack): Promise<void> {
  await assertNothingHappens(stack, async () => {
    assertNone("hidden calls that were obeyed", await smuggle(stack, () => stack.toPod(), true));
    assertNone(
      "hidden calls through the controller",
      await smuggle(stack, () => stack.toController("viewer", { from: ADDRESSES.office }), false),
    );
  });
}

async function flowerAlone(stack: Stack): Promise<void> {
  await assertNothingHappens(stack, async () => {
    const client = new PodClient(stack);
    const found: string[] = [];
    for (const call of CONTROL_CALLS) {
      const answer = await client.ask({
        as: credentialOf(stack.objects, "viewer"),
        method: "POST",
        target: targetOf(call),
        body: CONTROL_BODY,
      });
      // Flower's own words: nginx' list must be out of the way, or this would prove nothing.
      if (answer.status !== 403 || !answer.body.includes("Read only mode is enabled"))
        found.push(`${call.path}: ${answer.status} ${answer.body}`);
    }
    client.close();
    assertNone("calls that Flower did not refuse itself", found);
    assertNone("control calls that were obeyed", await tryAll(stack, tricks(stack)));
  });
}

const control = "read-only";

export const attacks: readonly Attack[] = [
  { control, title: "an admin can do what a viewer is refused", run: adminCan },
  { control, title: "none of Flower's 14 control endpoints obeys a viewer", run: plainCalls },
  {
    control,
    title:
      "nginx' list alone refuses a viewer's control call by whatever path, method or header, with a Flower that would obey",
    setup: withWritableFlower,
    run: pathsAndMethods,
  },
  {
    control,
    title: "nginx' list alone refuses them through the ingress controller too, with a Flower that would obey",
    setup: withWritableFlower,
    run: throughController,
  },
  {
    control,
    title: "no control call can be smuggled in behind an allowed request, with a Flower that would obey",
    setup: withWritableFlower,
    run: smuggling,
  },
  {
    control,
    title: "Flower alone refuses a viewer's control call, with nginx' list open",
    setup: withOpenList,
    run: flowerAlone,
  },
];
