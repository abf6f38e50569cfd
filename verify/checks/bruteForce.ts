import { randomBytes } from "node:crypto";
import { leadsToLogIn, words } from "../attempts";
import type { Check } from "../check";
import type { Context } from "../context";
import { describe, type Exchange } from "../network/exchange";
import type { Attempt } from "../report";

const AT_ONCE = 20;
const ROUNDS = 15;

/**
 * Guessing is slowed. Only when asked for: while it lasts, this address is slowed too, with whoever shares it. That others
 * are *not* slowed cannot be told from one address.
 */
export const bruteForce: readonly Check[] = [
  {
    id: "brute-force",
    name: "wrong-passwords",
    title: "Many wrong log-ins at once are slowed",
    needs: ["brute-force", "dashboard"],
    run: guess,
  },
];

async function guess(context: Context): Promise<Attempt[]> {
  const { viewer } = context.target;
  const signsIn = leadsToLogIn(viewer, await context.greet(viewer));
  const guessOnce = () => (signsIn ? guessCode(context) : guessPassword(context));
  const tried = words(viewer, "GET", signsIn ? "login" : "api/workers", `with up to ${AT_ONCE * ROUNDS} wrong log-ins`);
  const expected = "429 after some";
  context.options.onNotice(
    `Sending up to ${AT_ONCE * ROUNDS} wrong log-ins: requests from this address may be slowed.`,
  );
  for (let round = 1; round <= ROUNDS; round++) {
    const results = await Promise.all(Array.from({ length: AT_ONCE }, guessOnce));
    const broken = results.find(({ kind }) => kind === "failure");
    if (results.some((result) => result.kind === "answer" && result.status === 429)) {
      return [{ tried, expected, cameBack: `429 within the first ${round * AT_ONCE}`, verdict: "live" }];
    }
    if (broken !== undefined) return [{ tried, expected, cameBack: describe(broken), verdict: "unknown" }];
  }
  return [{ tried, expected, cameBack: `${AT_ONCE * ROUNDS} answers, none of them 429`, verdict: "not live" }];
}

/** A made-up code, as the provider would send a browser back with: each costs Flower a request to the provider. */
function guessCode({ target, send }: Context): Promise<Exchange> {
  const code = randomBytes(12).toString("hex");
  return send(target.viewer, { below: `login?code=${code}&state=${code}`, impatient: true });
}

function guessPassword({ target, send }: Context): Promise<Exchange> {
  const login = { name: "nobody", password: randomBytes(12).toString("hex") };
  return send(target.viewer, { below: "api/workers", login, impatient: true });
}
