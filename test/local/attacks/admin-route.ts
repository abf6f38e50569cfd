import { setTimeout as sleep } from "node:timers/promises";
import { ADDRESSES } from "../../../local/pod";
import { askController, PodClient, PREFIX, type Ask } from "../client/client";
import { credentialOf, refusal } from "../client/logIns";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

/** In the viewers' ranges, and not in the admins'. */
const COLLEAGUE = "198.51.100.11";
/** In neither. */
const STRANGER = ADDRESSES.attacker;

type Expectation = readonly [what: string, ask: Ask, statuses: readonly number[]];

async function check(stack: Stack, expectations: readonly Expectation[]): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const [what, ask, statuses] of expectations) {
    const answer = await client.ask(ask);
    if (!statuses.includes(answer.status)) found.push(`${what}: ${answer.status}, not ${statuses.join(" or ")}`);
  }
  client.close();
  assertNone("answers that are wrong", found);
}

const READS = ["/", "/tasks", "/api/workers", "/api/tasks"].map((path) => `${PREFIX}${path}`);
const revoke: Ask = { method: "POST", target: `${PREFIX}/api/task/revoke/no-such-task`, body: "{}" };

async function logIns(stack: Stack): Promise<void> {
  const viewer = credentialOf(stack.objects, "viewer");
  const admin = credentialOf(stack.objects, "admin");
  await check(stack, [
    ...READS.map((target): Expectation => [
      `a viewer at the admins' ${target}`,
      { to: "admin", as: viewer, target },
      [refusal(stack.objects, target)],
    ]),
    ["a viewer's control call at the admins' host", { ...revoke, to: "admin", as: viewer }, [401]],
    ...READS.map((target): Expectation => [
      `an admin at the admins' ${target}`,
      { to: "admin", as: admin, target },
      [200],
    ]),
    ["an admin's control call at the admins' host", { ...revoke, to: "admin", as: admin }, [200]],
    ["an admin at the viewers' host", { to: "viewer", as: admin }, [401]],
    ["an admin's control call at the viewers' host", { ...revoke, to: "viewer", as: admin }, [403]],
  ]);
}

async function ranges(stack: Stack): Promise<void> {
  const as = credentialOf(stack.objects, "admin");
  const from = (client: string, status: number): Expectation[] => [
    [`a read from ${client}`, { to: "admin", as, client }, [status]],
    [`a control call from ${client}`, { ...revoke, to: "admin", as, client }, [status]],
  ];
  await check(stack, [
    ...from(ADDRESSES.office, 200),
    ...from(COLLEAGUE, 403),
    ...from(STRANGER, 403),
    [`a viewer from ${COLLEAGUE}`, { as: credentialOf(stack.objects, "viewer"), client: COLLEAGUE }, [200]],
  ]);
}

/** Names that could be taken for the admins' host, from where only the viewers' may be opened: none may end at the admins'. */
async function hosts(stack: Stack): Promise<void> {
  const as = credentialOf(stack.objects, "admin");
  const name = stack.hostName("admin");
  const authority = stack.authority("admin");
  const alike = [name, authority, authority.toUpperCase(), `${name}.`, `${name}:443`, `${name}:1`, ` ${name}`];
  const unlike = [
    "",
    "localhost",
    ADDRESSES.pod,
    "queues",
    "_",
    `x.${name}`,
    `${name}.evil.example`,
    `${name}@evil`,
    "queues.flower.internal",
  ];
  const viewerHost = ["Host", stack.authority("viewer")] as const;
  await check(stack, [
    ...alike.map((host): Expectation => [`Host ${host}`, { host, as, client: COLLEAGUE }, [403]]),
    ...unlike.map((host): Expectation => [`Host ${JSON.stringify(host)}`, { host, as, client: COLLEAGUE }, [400, 421]]),
    ["a second Host", { host: authority, as, client: COLLEAGUE, headers: [viewerHost] }, [400]],
    ["X-Forwarded-Host", { as, client: COLLEAGUE, headers: [["X-Forwarded-Host", authority]] }, [401]],
    ["an absolute target", { as, client: COLLEAGUE, target: `https://${authority}${PREFIX}/api/workers` }, [403]],
    [
      "an absolute target at the viewers'",
      { host: authority, as, client: COLLEAGUE, target: `https://${stack.authority("viewer")}${PREFIX}/api/workers` },
      [401],
    ],
    ["Host of the admins' from where admins are", { host: authority, as, client: ADDRESSES.office }, [200]],
  ]);
}

/** The name in the TLS handshake and the one in the request need not be the same: the request's decides, and its ranges. */
async function serverNames(stack: Stack): Promise<void> {
  const admin = credentialOf(stack.objects, "admin");
  const viewer = credentialOf(stack.objects, "viewer");
  const shake = { tls: { servername: stack.hostName("viewer"), checkServerIdentity: () => undefined } };
  const found: string[] = [];
  const expect = async (
    what: string,
    status: number,
    ...asking: Parameters<typeof askController> extends [unknown, ...infer Rest] ? Rest : never
  ): Promise<void> => {
    const answer = await askController(stack, ...asking);
    if (answer.status !== status) found.push(`${what}: ${answer.status}, not ${status}`);
    await sleep(20);
  };
  await expect("admin, both names, from the office", 200, "admin", { as: admin }, { from: ADDRESSES.office });
  await expect("admin, both names, from a stranger", 403, "admin", { as: admin }, { from: STRANGER });
  await expect("admin, both names, from a neighbour", 403, "admin", { as: admin }, { from: ADDRESSES.neighbour });
  await expect(
    "the viewers' name in TLS, the admins' Host, from a stranger",
    403,
    "admin",
    { as: admin },
    { ...shake, from: STRANGER },
  );
  await expect("the viewers' name in TLS, the admins' Host, a viewer", 401, "admin", { as: viewer }, shake);
  await expect("the admins' name in TLS, the viewers' Host, an admin", 401, "admin", { as: admin, to: "viewer" });
  await expect("the admins' name in TLS, the viewers' Host, a control call", 403, "admin", {
    ...revoke,
    as: admin,
    to: "viewer",
  });
  await expect("the viewers' host by the request line, the admins' by Host", 401, "admin", {
    as: viewer,
    target: `https://${stack.authority("viewer")}${PREFIX}/api/workers`,
  });
  assertNone("answers that are wrong", found);
}

const control = "admin-route";

export const attacks: readonly Attack[] = [
  { control, title: "neither role's log-in works at the other's host", run: logIns },
  { control, title: "the admins' host is closed outside of the admins' own ranges, to their log-in too", run: ranges },
  { control, title: "no Host but the admins' own leads to the admins' dashboard", run: hosts },
  { control, title: "the name in the TLS handshake opens nothing that the Host does not", run: serverNames },
];
