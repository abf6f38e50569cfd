import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { freshClient, PodClient } from "../client/client";
import { logInOf, type LogIn, type Role, ROLES } from "../client/logIns";
import { withIpv6Clients } from "../client/objects";
import type { Stack } from "../client/stack";
import { accessLines } from "./accessLog";
import { assertNone, type Attack } from "./attack";

const GUESSES = 60;
/** Twenty a minute and ten at once, and what that makes in a few seconds. */
const MOST_THAT_FLOWER_SEES = 14;

/** Guesses as fast as the answers come; returns their statuses. */
async function flood(
  stack: Stack,
  to: Role,
  address: (turn: number) => string,
  guess: (turn: number) => LogIn,
): Promise<number[]> {
  const client = new PodClient(stack);
  const statuses: number[] = [];
  for (let turn = 0; turn < GUESSES; turn += 1) {
    statuses.push((await client.ask({ to, as: guess(turn), client: address(turn) })).status);
    await sleep(15);
  }
  client.close();
  return statuses;
}

/** Polls as an open page does, until told to stop; returns every status that is not 200. */
async function poll(stack: Stack, to: Role, address: string, done: () => boolean): Promise<number[]> {
  const client = new PodClient(stack);
  const wrong: number[] = [];
  while (!done()) {
    const { status } = await client.ask({ to, as: logInOf(stack.objects, to), client: address });
    if (status !== 200) wrong.push(status);
    await sleep(100);
  }
  client.close();
  return wrong;
}

/** Floods a dashboard while somebody works there, from the same address and from another one. */
async function attackOne(stack: Stack, to: Role, guess: (turn: number) => LogIn): Promise<void> {
  const address = freshClient();
  let over = false;
  const working = [poll(stack, to, address, () => over), poll(stack, to, freshClient(), () => over)];
  const statuses = await flood(stack, to, () => address, guess).finally(() => (over = true));
  assertNone(`${to}: refusals of whoever knows the password`, (await Promise.all(working)).flat().map(String));
  const answered = statuses.filter((status) => status === 401).length;
  assert.ok(
    answered > 0 && statuses.every((status) => status === 401 || status === 429),
    `statuses: ${[...new Set(statuses)].join(", ")}`,
  );
  const lines = await accessLines(stack, address, GUESSES);
  const seen = lines.filter(({ upstreamStatus }) => upstreamStatus === "401").length;
  assert.equal(seen, answered, "what Flower has seen is what it has answered");
  assert.ok(seen <= MOST_THAT_FLOWER_SEES, `${to}: Flower has seen ${seen} of ${GUESSES} guesses`);
}

async function wrongPasswords(stack: Stack): Promise<void> {
  await Promise.all(
    ROLES.map((role) =>
      attackOne(stack, role, (turn) => ({ name: logInOf(stack.objects, role).name, password: `guess-${turn}` })),
    ),
  );
}

/** A log-in of the other role is a guess too. */
async function otherRole(stack: Stack): Promise<void> {
  await attackOne(stack, "admin", () => logInOf(stack.objects, "viewer"));
}

/** As a controller writes addresses of one /64, whose first bits end in zeros: `::` takes them in, or stands for others. */
const SAME_NETWORK: readonly ((turn: number) => string)[] = [
  (turn) => `2001:db8::${turn + 1}`,
  (turn) => `2001:db8::a:b:c:${turn + 1}`,
  (turn) => `2001:db8:0:0:${turn + 1}::`,
];

async function manyAddresses(stack: Stack): Promise<void> {
  for (const to of ROLES) {
    const { name } = logInOf(stack.objects, to);
    const guess = (turn: number): LogIn => ({ name, password: `guess-${turn}` });
    const address = (turn: number): string => SAME_NETWORK[turn % SAME_NETWORK.length]!(turn);
    const statuses = await flood(stack, to, address, guess);
    const [answered, refused] = [401, 429].map((status) => statuses.filter((each) => each === status).length);
    assert.equal(answered! + refused!, GUESSES, `${to}: ${[...new Set(statuses)].join(", ")}`);
    assert.ok(
      answered! > 0 && answered! <= MOST_THAT_FLOWER_SEES,
      `${to}: Flower has seen ${answered} of ${GUESSES} guesses`,
    );
    const client = new PodClient(stack);
    const statusOf = async (from: string, as: LogIn): Promise<number> =>
      (await client.ask({ to, as, client: from })).status;
    assert.equal(await statusOf("2001:db8::d", logInOf(stack.objects, to)), 200, `${to}: who knows the password`);
    assert.equal(await statusOf("2001:db8:0:1::1", guess(0)), 401, `${to}: a first guess from the next network`);
    client.close();
  }
}

const control = "brute-force";

export const attacks: readonly Attack[] = [
  {
    control,
    title:
      "a flood of wrong passwords is stopped before Flower, and slows nobody who knows the right one, even at the same address",
    run: wrongPasswords,
  },
  { control, title: "the other role's log-in counts as a guess", run: otherRole },
  {
    control,
    title: "guesses from ever new addresses of one IPv6 network count as one guesser's, and not as the next network's",
    setup: withIpv6Clients,
    run: manyAddresses,
  },
];
