import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { nginxConfig } from "../../../components/build/nginx/config";
import { resolveModel } from "../../../components/model";
import { ADDRESSES } from "../../../local/pod";
import { askController, PodClient } from "../client/client";
import type { HeaderLines } from "../client/http1";
import { credentialOf, type Role } from "../client/logIns";
import { nginxConf, replaced, withNginxConf } from "../client/objects";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

/** On the viewers' list, and on the admins'. */
const FRIEND = ADDRESSES.office;
/** On neither. */
const FOE = ADDRESSES.attacker;
/** A load balancer before the controller, in the second configuration. */
const PROXIES = "192.0.2.128/25";
const PROXY = "192.0.2.200";

/** What the controller passes on as X-Forwarded-For, and whether the client may come in. */
type Claim = readonly [values: readonly string[], comesIn: boolean];

const forged: readonly Claim[] = [
  [[FRIEND], true],
  [[FOE], false],
  [[`${FOE}, ${FRIEND}`], true],
  [[`${FRIEND}, ${FOE}`], false],
  [[`${FRIEND},${FRIEND},${FOE}`], false],
  [[FRIEND, FOE], false],
  [[FOE, FRIEND], true],
  [[`${FRIEND}\t,\t${FOE}`], false],
  [[`${FRIEND}, ${PROXY}`], false],
  [[`127.0.0.1, ${FOE}`], false],
  [[`${FRIEND}:8080`], true],
  [[`${FOE}:8080`], false],
  [[`::ffff:${FOE}`], false],
  [["[2001:db8::1]:443"], false],
  [["2001:db8::1"], false],
  [["::"], false],
  [["::1"], false],
];

const garbage: readonly Claim[] = [
  ...[
    "",
    " ",
    ",",
    "unknown",
    "_hidden",
    "-",
    "*",
    "0",
    "localhost",
    "255.255.255.255",
    "256.51.100.10",
    "198.51.100",
  ].map((text): Claim => [[text], false]),
  ...[
    `${FRIEND},`,
    `${FRIEND}, `,
    `${FRIEND}, -`,
    `${FRIEND}, unknown`,
    `${FRIEND} ${FOE}`,
    `${FRIEND};${FOE}`,
    `${FRIEND}x`,
  ].map((text): Claim => [[text], false]),
  ...[
    `x${FRIEND}`,
    `"${FRIEND}"`,
    `for=${FRIEND}`,
    `[${FRIEND}]`,
    `${FRIEND}/32`,
    `${FRIEND}%0d%0a`,
    `${FRIEND}\\r\\n`,
  ].map((text): Claim => [[text], false]),
  ...[
    `${FRIEND}\x01`,
    `${FRIEND}\x0b`,
    `${FRIEND}\xa0`,
    `\xa0${FRIEND}`,
    "１９８.51.100.10",
    `${FRIEND}:`,
    `${FRIEND}:999999`,
  ].map((text): Claim => [[text], false]),
  [[`${`${FRIEND}, `.repeat(400)}${FOE}`], false],
  [[FRIEND, ""], false],
  [[FRIEND, "unknown"], false],
  [["9".repeat(6000)], false],
];

/** What does not name an address; not even a dashboard that is open to every address lets it in. */
const nameless: readonly Claim[] = [
  "",
  "unknown",
  "-",
  "_hidden",
  `${FRIEND}, unknown`,
  `${FRIEND}, -`,
  `${FRIEND},`,
  "x",
].map((text): Claim => [[text], false]);

/** With a trusted proxy, what it says counts; what stands further left than the first address that is no proxy does not. */
const behindProxy: readonly Claim[] = [
  [[`${FRIEND}, ${PROXY}`], true],
  [[`${FOE}, ${PROXY}`], false],
  [[`${FRIEND}, ${FOE}, ${PROXY}`], false],
  [[`${FRIEND}, ${PROXY}, ${FOE}`], false],
  [[`${FRIEND}, ${PROXY}, ${FOE}, ${PROXY}`], false],
  [[`${FOE}, ${FRIEND}, ${PROXY}, ${PROXY}`], true],
  [[FRIEND, PROXY], true],
  [[FRIEND], true],
  [[FOE], false],
  [[PROXY], false],
  [[`${PROXY}, ${PROXY}`], false],
  [[`unknown, ${PROXY}`], false],
  [[`, ${PROXY}`], false],
  [[`${FRIEND} , ${PROXY}:1234`], true],
  [[`${FRIEND}, ${`${PROXY}, `.repeat(3)}${PROXY}`], true],
  [[`${FRIEND}, ${`${PROXY}, `.repeat(4)}${PROXY}`], false],
  [[`${FRIEND}, ${`${PROXY}, `.repeat(40)}${PROXY}`], false],
  ...garbage,
];

/** Headers by which other servers take an address; here they are nothing. */
const OTHERS: HeaderLines = [
  ["X-Real-IP", FRIEND],
  ["X-Client-IP", FRIEND],
  ["X-Cluster-Client-IP", FRIEND],
  ["True-Client-IP", FRIEND],
  ["CF-Connecting-IP", FRIEND],
  ["Fastly-Client-IP", FRIEND],
  ["X-Original-Forwarded-For", FRIEND],
  ["X_Forwarded_For", FRIEND],
  ["X-Forwarded", FRIEND],
  ["Forwarded-For", FRIEND],
  ["Forwarded", `for=${FRIEND}`],
  ["Via", FRIEND],
  ["PROXY", `TCP4 ${FRIEND} ${ADDRESSES.pod} 1 8443`],
];

async function claims(stack: Stack, list: readonly Claim[], others = OTHERS): Promise<void> {
  const found: string[] = [];
  const client = new PodClient(stack);
  const attempt = async (role: Role, headers: HeaderLines, comesIn: boolean, what: string): Promise<void> => {
    const answer = await client.ask({ to: role, as: credentialOf(stack.objects, role), client: null, headers });
    if ((answer.status === 200) !== comesIn) found.push(`${role}, ${what.slice(0, 120)}: ${answer.status}`);
    if (answer.status === 429) found.push(`${role}, ${what}: refused only because there were too many`);
    await sleep(10);
  };
  for (const role of ["viewer", "admin"] as const) {
    for (const [values, comesIn] of list) {
      const headers = values.map((value) => ["X-Forwarded-For", value] as const);
      await attempt(role, headers, comesIn, `X-Forwarded-For ${JSON.stringify(values)}`);
    }
    await attempt(role, [], false, "no address");
    for (const other of others) {
      await attempt(role, [other], false, `${other[0]} alone`);
      await attempt(role, [["X-Forwarded-For", FOE], other], false, `${other[0]} against X-Forwarded-For`);
    }
  }
  client.close();
  assertNone("clients that came in, or were kept out, by what they claim", found);
}

/** Through the controller nobody chooses an address. */
async function wholeRoad(stack: Stack): Promise<void> {
  const found: string[] = [];
  for (const role of ["viewer", "admin"] as const) {
    for (const claimed of [
      [],
      ...OTHERS.map((other) => [other]),
      [["X-Forwarded-For", FRIEND]],
      [
        ["x-forwarded-for", FRIEND],
        ["X-Forwarded-For", FRIEND],
      ],
    ] as HeaderLines[]) {
      const foe = await askController(
        stack,
        role,
        { as: credentialOf(stack.objects, role), headers: claimed },
        { from: FOE },
      );
      if (foe.status !== 403)
        found.push(`${role}, ${JSON.stringify(claimed)}: ${foe.status} for an address that is not on the list`);
    }
    const friend = await askController(
      stack,
      role,
      { as: credentialOf(stack.objects, role), headers: [["X-Forwarded-For", FOE]] },
      { from: FRIEND },
    );
    if (friend.status !== 200) found.push(`${role}: ${friend.status} for an address on the list`);
  }
  assertNone("answers that are wrong", found);
}

/** The nginx.conf of the same dashboard with other trusted proxies, by the component's own code. */
function configWith(stack: Stack, trustedProxyRanges: string[]): string {
  const ranges = { allowedSourceRanges: ["127.0.0.0/8", "198.51.100.0/24"] };
  const model = resolveModel("queues", {
    host: stack.hostName("viewer"),
    ...ranges,
    admin: { host: stack.hostName("admin"), allowedSourceRanges: ["127.0.0.0/8", `${FRIEND}/32`] },
    trustedProxyRanges,
    broker: {},
    auth: { basic: { viewers: ["ana"], admins: ["ada"] } },
    tls: { selfSigned: true },
    ingress: { controller: "ingress-nginx", httpsPort: stack.demo.connection.ports.https },
  });
  return nginxConfig(model);
}

const control = "allow-list";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "only the address that the controller wrote last counts",
    run: (stack) => claims(stack, [...forged, ...garbage]),
  },
  { control, title: "through the ingress controller no header changes where a client comes from", run: wholeRoad },
  {
    control,
    title: "a dashboard that is open to every address still refuses a client whose address nobody tells",
    setup: (objects) =>
      withNginxConf(objects, (text) =>
        replaced(text, /(geo \$client \$\w+_source \{\s+default 0;)/g, "$1 0.0.0.0/0 1; ::/0 1;"),
      ),
    run: (stack) => claims(stack, nameless, []),
  },
  {
    control,
    title: "with trusted proxies, only the last address that is none of them counts",
    auth: "basic",
    setup: (objects, stack) => {
      assert.equal(configWith(stack, []), nginxConf(stack.original), "the model is not that of what was rendered");
      return withNginxConf(objects, () => configWith(stack, [PROXIES]));
    },
    run: (stack) => claims(stack, behindProxy),
  },
];
