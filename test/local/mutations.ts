import { AssertionError } from "node:assert";
import assert from "node:assert/strict";
import { ATTACKS } from "./attacks";
import { prepare, type Attack, type Change } from "./attacks/attack";
import type { Stack } from "./client/stack";
import { deploymentMutations } from "./mutations/deployment";
import { identityMutations } from "./mutations/identity";
import { metricsMutations } from "./mutations/metrics";
import { nginxMutations } from "./mutations/nginx";
import { nginxLimitMutations } from "./mutations/nginxLimits";
import { objectMutations } from "./mutations/objects";
import { persistenceMutations } from "./mutations/persistence";
import { redactionMutations } from "./mutations/redaction";

/** A control, or a part of one, that is taken out. */
export interface Mutation {
  readonly control: string;
  /** Completes "without …". */
  readonly without: string;
  /** How the title of the attack begins that must then succeed. */
  readonly caughtBy: string;
  readonly change: Change;
  /** Only root's sandbox has what is taken out. */
  readonly needsRoot?: boolean;
}

/** Those of nginx.conf, which take a reload. */
export const NGINX_MUTATIONS: readonly Mutation[] = [...nginxMutations, ...nginxLimitMutations];

/** All others: most take a new pod. */
export const POD_MUTATIONS: readonly Mutation[] = [
  ...identityMutations,
  ...deploymentMutations,
  ...objectMutations,
  ...persistenceMutations,
  ...metricsMutations,
  ...redactionMutations,
];

/** Every mutation. */
export const MUTATIONS: readonly Mutation[] = [...NGINX_MUTATIONS, ...POD_MUTATIONS];

/** The one attack that a mutation names. */
export function attackOn({ control, caughtBy }: Mutation): Attack {
  const found = ATTACKS.filter((attack) => attack.control === control && attack.title.startsWith(caughtBy));
  if (found.length !== 1) throw new Error(`${found.length} attacks on ${control} begin with "${caughtBy}"`);
  return found[0]!;
}

/** Takes out what a mutation takes out, and asserts that the attack succeeds. */
export async function assertBreach(stack: Stack, mutation: Mutation): Promise<void> {
  const attack = attackOn(mutation);
  // A pod that does not come up would prove nothing: this must not fail.
  await prepare(stack, attack, mutation.change);
  const attempt = async (): Promise<void> => attack.run(stack);
  const outcome = await attempt().then(
    () => "survived",
    (error: unknown) => error,
  );
  // Nothing else: an attack that stumbles has not succeeded.
  if (!(outcome instanceof AssertionError)) assert.fail(`the attack: ${String(outcome)}`);
}

/** Attacks on what the component does not do itself, by title, with the reason why nothing here can take it out. */
export const WITHOUT_MUTATION: Readonly<Record<string, string>> = {
  "plain HTTP is redirected to the same URL in HTTPS, and nothing of a forged header gets into it":
    "the controller redirects; what the Ingress demands of it is taken out in a mutation",
  "a forged Host is not redirected to": "the controller's doing",
  "no TLS session of one port is gone on with at the other":
    "nginx tells sessions apart by the names of their authorities; that we keep none at port 9090 is a second lock",
  "an unknown name gets no handshake": "the controller's doing",
};
