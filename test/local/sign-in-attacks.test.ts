import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ATTACKS } from "./attacks";
import { prepare } from "./attacks/attack";
import { Stack } from "./client/stack";
import { assertBreach, attackOn, MUTATIONS } from "./mutations";
import { CLIENT } from "./sign-in/provider/start";

const PROGRAM = join(__dirname, "../../examples/oauth");
const CONFIG = { provider: "gitlab", clientId: CLIENT.id, clientSecret: CLIENT.secret };

/** What the way of a request through nginx to Flower decides, with a session in the place of a password. */
const CONTROLS = [
  ...["authentication", "mutual-tls", "headers", "allow-list", "read-only", "admin-route", "csrf"],
  ...["hidden-endpoints", "limits", "live-updates"],
];

/** One of each control is enough to show that these attacks bite with a session too; the table of mutations proves each attack. */
const TAKEN_OUT = [
  ...[
    "nginx' list, for a route that needs no log-in",
    "headers on errors",
    "the check of the viewers' ranges",
    "nginx' list",
  ],
  ...["nginx' list, for requests behind others", "ranges by Host", "nginx' check", "a closed /metrics"],
  ...["a limit of requests", "the table's POST"],
];

describe("where people sign in with an identity provider", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await Stack.start({ program: PROGRAM, config: CONFIG });
  });

  afterAll(() => stack.stop());

  describe.each(CONTROLS)("%s", (control) => {
    for (const attack of ATTACKS.filter((candidate) => candidate.control === control && candidate.auth !== "basic")) {
      test(attack.title, async () => {
        await prepare(stack, attack);
        await attack.run(stack);
      });
    }
  });

  test.each(TAKEN_OUT)("an attack succeeds without %s", async (without) => {
    const [mutation, ...others] = MUTATIONS.filter((each) => each.without === without);
    if (mutation === undefined || others.length > 0) throw new Error(`${others.length} mutations without ${without}`);
    expect(attackOn(mutation).auth).not.toBe("basic");
    await assertBreach(stack, mutation);
  });
});
