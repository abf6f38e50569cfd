import assert from "node:assert/strict";
import { BrokerSpy } from "../client/brokerSpy";
import { type Ask, PodClient, PREFIX } from "../client/client";
import type { HeaderLines } from "../client/http1";
import { credentialOf, type Role, ROLES } from "../client/logIns";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

const COLUMN = "draw=1&start=0&length=1&order[0][column]=0&order[0][dir]=asc&columns[0][data]=name&search[value]=";

/** A request that changes something, or that a page sends by POST, with the log-in that a browser would add by itself. */
function posts(stack: Stack, role: Role): Ask[] {
  const as = credentialOf(stack.objects, role);
  const table: Ask = {
    to: role,
    as,
    method: "POST",
    target: `${PREFIX}/tasks/datatable`,
    body: COLUMN,
    headers: [["Content-Type", "application/x-www-form-urlencoded"]],
  };
  const revoke: Ask = { to: role, as, method: "POST", target: `${PREFIX}/api/task/revoke/no-such-task`, body: "{}" };
  return role === "admin" ? [table, revoke] : [table];
}

/** What a browser says of where a request comes from, and whether that is the dashboard itself. */
function origins(stack: Stack, role: Role): { origin?: string; site?: string; own: boolean }[] {
  const own = `https://${stack.authority(role)}`;
  const other = `https://${stack.authority(role === "viewer" ? "admin" : "viewer")}`;
  const foreign = [
    ...[
      "https://evil.example",
      other,
      "null",
      "",
      own.replace("https:", "http:"),
      `https://${stack.hostName(role)}`,
      `${own}.evil.example`,
    ],
    ...[
      `${own}0`,
      `${own}/`,
      `https://x.${stack.authority(role)}`,
      `https://x@${stack.authority(role)}`,
      own.toUpperCase(),
      `${own} https://evil.example`,
    ],
    ...[own.replaceAll(".", "x"), "file://", "moz-extension://x", `https://${stack.hostName(role)}:1`],
  ].filter((origin) => origin !== "");
  return [
    { own: true },
    { origin: own, own: true },
    { site: "same-origin", own: true },
    { origin: own, site: "same-origin", own: true },
    ...foreign.map((origin) => ({ origin, own: false })),
    ...foreign.flatMap((origin) =>
      ["same-origin", "cross-site", "same-site", "none"].map((site) => ({ origin, site, own: false })),
    ),
    ...["cross-site", "same-site", "none", "x", "same-origin, cross-site", "Same-Origin"].flatMap((site) => [
      { site, own: false },
      { origin: own, site, own: false },
    ]),
  ];
}

async function crossSite(stack: Stack): Promise<void> {
  const spy = await BrokerSpy.start(stack);
  const client = new PodClient(stack);
  const found: string[] = [];
  let obeyed = 0;
  for (const role of ROLES) {
    for (const post of posts(stack, role)) {
      for (const { origin, site, own } of origins(stack, role)) {
        const headers: HeaderLines = [
          ...(post.headers ?? []),
          ...(origin === undefined ? [] : [["Origin", origin] as const]),
          ...(site === undefined ? [] : [["Sec-Fetch-Site", site] as const]),
        ];
        const answer = await client.ask({ ...post, headers });
        if (own && post.target?.includes("revoke")) obeyed += 1;
        if (answer.status !== (own ? 200 : 403))
          found.push(`${role} ${post.target}, Origin ${origin}, Sec-Fetch-Site ${site}: ${answer.status}`);
        if (answer.all("access-control-allow-origin").length > 0)
          found.push(`${role}: Origin ${origin} is allowed to read`);
      }
    }
  }
  client.close();
  const deeds = await spy.deeds();
  spy.stop();
  assertNone("requests that were answered otherwise than their origin deserves", found);
  assert.deepEqual(deeds, Array<string>(obeyed).fill("revoke"), "revoked for others than the dashboard's own pages");
}

async function preflights(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    for (const target of [`${PREFIX}/api/task/revoke/x`, `${PREFIX}/api/workers`, `${PREFIX}/`]) {
      const asked: HeaderLines = [
        ["Origin", "https://evil.example"],
        ["Access-Control-Request-Method", "POST"],
        ["Access-Control-Request-Headers", "authorization"],
      ];
      const answer = await client.ask({ to: role, method: "OPTIONS", target, headers: asked });
      const allowing = answer.headers.filter(([name]) => /^access-control-/i.test(name));
      if (answer.status !== 403 || allowing.length > 0)
        found.push(`${role} ${target}: ${answer.status}, ${JSON.stringify(allowing)}`);
    }
  }
  client.close();
  assertNone("preflights that were not refused", found);
}

const control = "csrf";

export const attacks: readonly Attack[] = [
  { control, title: "a POST with the right log-in is obeyed only from the dashboard's own origin", run: crossSite },
  { control, title: "no other origin is allowed to ask or to read", run: preflights },
];
