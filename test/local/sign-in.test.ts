import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify, type User } from "../../verify";
import { freshClient } from "./client/client";
import { until } from "./client/until";
import { KINDS, SignInStage, type KindName } from "./sign-in/stage";
import { goalOf, type Walker } from "./sign-in/walker";

const NAMES = Object.keys(KINDS) as KindName[];

/** Accounts that a provider has, and that are not to be let in, with what the page says. */
const STRANGERS: Readonly<Record<KindName, readonly (readonly [who: string, login: string, says: RegExp])[]>> = {
  google: [
    ["of another domain", "eve@evil.example", /Access denied to .*eve@evil\.example/],
    ["with an address that is not verified", "ana+unverified@example.com", /Google does not vouch for this address/],
    ["of nobody's organisation", "ana+personal@example.com", /Google does not vouch for this address/],
  ],
  github: [
    ["of another domain", "eve@evil.example", /Access denied/],
    ["with an address that is not verified", "ana+unverified@example.com", /Access denied/],
    ["whose addresses may not be read", "ana+denied@example.com", /did not accept this sign-in/],
  ],
  gitlab: [
    ["of another domain", "eve@evil.example", /Access denied/],
    ["with an address that is not confirmed", "ana+unverified@example.com", /GitLab has not confirmed/],
    ["who is blocked", "ana+blocked@example.com", /GitLab has not confirmed/],
    ["of no allowed group", "ana+stranger@example.com", /Access denied/],
    ["with too low a role in it", "ana+guest@example.com", /Access denied/],
  ],
  okta: [
    ["of another domain", "eve@evil.example", /Access denied/],
    ["with an address that is not verified", "ana+unverified@example.com", /Okta has not verified this address/],
    ["whose verification is the text false", "ana+claimed@example.com", /Okta has not verified this address/],
  ],
};

/** Whose address only looks like one of ours. */
const LOOKALIKES = [
  "ana@example.com.evil.example",
  "ana@evil.example@example.com",
  "ana@sub.example.com",
  "ana@notexample.com",
  "ana@exam\u212Ale.com",
  "@example.com",
  "ana@example.com|x",
  "ana@example.com\n",
  '"ana@evil.example"@example.com',
];

describe.each(NAMES)("sign-in with %s", (name) => {
  let stage: SignInStage;
  let viewer: string;
  let admin: string;
  const host = (url: string): string => new URL(url).hostname;
  const user = (walker: Walker, url: string): string | undefined => walker.cookie(host(url), "__Host-user");

  beforeAll(async () => {
    stage = await SignInStage.open(name);
    [viewer, admin] = [stage.base("viewer"), stage.base("admin")];
  });

  afterAll(() => stage.close());

  test("lets a viewer in, who ends on the page that was asked for", async () => {
    const walker = stage.walker();
    const page = await walker.signIn(`${viewer}tasks?limit=5`, "ana@example.com");
    expect([page.url, page.status]).toEqual([`${viewer}tasks?limit=5`, 200]);
    expect(page.body).toContain("Log out ana@example.com");
    expect((await walker.go(`${viewer}api/workers`)).status).toBe(200);
  });

  test("lets the admin in at the admin dashboard, whatever the case of the address", async () => {
    const page = await stage.walker().signIn(admin, "Ada@Example.com");
    expect([page.url, page.status]).toEqual([admin, 200]);
    expect(page.body).toContain("Log out ada@example.com");
  });

  test("refuses a viewer at the admin dashboard, with a readable page", async () => {
    const walker = stage.walker();
    const page = await walker.signIn(admin, "ana@example.com");
    expect([page.status, page.body]).toEqual([403, expect.stringMatching(/Access denied/)]);
    expect(user(walker, admin)).toBeUndefined();
  });

  test.each(STRANGERS[name])("refuses an account %s, with a readable page", async (_, login, says) => {
    const walker = stage.walker();
    const page = await walker.signIn(viewer, login);
    expect([page.status, page.body]).toEqual([403, expect.stringMatching(says)]);
    expect(user(walker, viewer)).toBeUndefined();
    expect((await walker.go(viewer)).status).toBe(302);
  });

  test("refuses an address that only looks like one of ours", async () => {
    for (const login of LOOKALIKES) {
      const walker = stage.walker();
      const { status } = await walker.signIn(viewer, login);
      expect([login, status, user(walker, viewer)]).toEqual([login, 403, undefined]);
    }
  });

  test("says so when the user refuses at the provider, and does not send them there again", async () => {
    const page = await stage.walker().signIn(viewer, "ana@example.com", "no");
    expect([page.status, page.body]).toEqual([403, expect.stringContaining("refused this sign-in (access_denied)")]);
  });

  test("starts nothing and says 401 for the API and for scripts, and sends pages to the provider alone", async () => {
    const walker = stage.walker();
    expect((await walker.go(`${viewer}api/workers`)).status).toBe(401);
    expect((await walker.go(`${viewer}tasks/datatable`, { form: {} })).status).toBe(401);
    const poll = { headers: { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" } };
    expect((await walker.go(`${viewer}workers?json=1`, poll)).status).toBe(401);
    expect((await walker.go(`${viewer}login`, poll)).status).toBe(401);
    expect(walker.cookie(host(viewer), "__Host-oauth_state")).toBeUndefined();

    const first = await walker.go(`${viewer}tasks`);
    expect([first.status, first.headers.location, first.body]).toEqual([
      302,
      "/flower/login?next=%2Fflower%2Ftasks",
      "",
    ]);
    const second = await walker.go(goalOf(first)!);
    const goal = new URL(second.headers.location ?? "");
    expect([second.status, goal.origin, second.body]).toEqual([302, KINDS[name].issuer, ""]);
    expect(Object.fromEntries(goal.searchParams)).toMatchObject({
      redirect_uri: `${viewer}login`,
      response_type: "code",
      code_challenge_method: "S256",
      state: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    });
  });

  test("gives cookies that only this host gets, by HTTPS, hidden from scripts, and not for long", async () => {
    const walker = stage.walker();
    const state = /^__Host-oauth_state=/;
    const begun = await walker.go(`${viewer}login`);
    const [line = ""] = (begun.headers["set-cookie"] ?? []).filter((each) => state.test(each));
    expect(line).toMatch(/; HttpOnly/i);
    expect(line).toMatch(/; Path=\/;.*SameSite=Lax.*; Secure|; Path=\/;.*Secure.*SameSite=Lax/i);
    expect(secondsLeft(line)).toBeLessThanOrEqual(600);

    await walker.signIn(viewer, "ana@example.com");
    const session = walker.cookies.get(host(viewer))?.get("__Host-user")?.line ?? "";
    expect(session).toMatch(/; HttpOnly/i);
    expect(session).toMatch(/SameSite=Strict/i);
    expect(session).toMatch(/; Secure/i);
    expect(session).not.toMatch(/Domain=/i);
    expect(secondsLeft(session)).toBeLessThanOrEqual(12 * 3600);
    expect(walker.cookie(host(viewer), "__Host-oauth_state")).toBeUndefined();
  });

  test("takes no code without the state of the same browser, and a state once", async () => {
    const [victim, attacker] = [stage.walker(), stage.walker()];
    const asked = await attacker.follow(await attacker.go(viewer));
    const isCallback = (url: string): boolean => url.startsWith(`${viewer}login?`);
    const callback = goalOf(await attacker.answer(asked, "eve@example.com", "yes", isCallback))!;
    // Login CSRF: the attacker's own code, in a browser that has begun a sign-in, and in one that has not.
    expect((await victim.go(callback)).status).toBe(403);
    await victim.go(`${viewer}login`);
    expect((await victim.go(callback)).status).toBe(403);
    expect((await victim.go(callback.replace(/state=[^&]*/, ""))).status).toBe(403);
    expect((await victim.go(callback.replace(/state=[^&]*/, "state="))).status).toBe(403);
    expect(user(victim, viewer)).toBeUndefined();
    // Replay: the state is spent with its first use.
    expect((await attacker.go(callback)).status).toBe(200);
    expect((await attacker.go(callback)).status).toBe(403);
  });

  test("takes no stolen code in a sign-in of the thief's own", async () => {
    const [victim, thief] = [stage.walker(), stage.walker()];
    const isCallback = (url: string): boolean => url.startsWith(`${viewer}login?`);
    const asked = await victim.follow(await victim.go(viewer));
    const stolen = new URL(goalOf(await victim.answer(asked, "ana@example.com", "yes", isCallback))!).searchParams;
    const begun = await thief.go(`${viewer}login`);
    const state = new URL(begun.headers.location ?? "").searchParams.get("state");
    const page = await thief.go(`${viewer}login?code=${stolen.get("code")}&state=${state}`);
    expect([page.status, page.body]).toEqual([403, expect.stringContaining("did not accept this sign-in")]);
    expect(user(thief, viewer)).toBeUndefined();
  });

  test("leads nowhere but to our own pages", async () => {
    const goals = [
      ...["https://evil.example/", "//evil.example/", "/\\evil.example/", "/%09/evil.example", "\\\\evil.example"],
      ...["/flower/../evil", "/flower/task/..", "/flower/%2e%2e/x", "/other", "/flower/logout", "/flower/login"],
      ...["/flowers/", "javascript:alert(1)", "/flower//evil.example", "/flower/tasks\r\nX: y", '/flower/?"><script>'],
    ];
    for (const next of goals) {
      const walker = stage.walker();
      const ended = await walker.signIn(`${viewer}login?next=${encodeURIComponent(next)}`, "ana@example.com");
      expect([next, ended.url, ended.status]).toEqual([next, viewer, 200]);
    }
  });

  test("keeps what is not its own out of the flow: a forged Host, forwarded headers, arguments of its own", async () => {
    const walker = stage.walker();
    const headers = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "http", "x-scheme": "http" };
    const uri = encodeURIComponent("https://evil.example/flower/login");
    const begun = await walker.go(`${viewer}login?redirect_uri=${uri}&client_id=x&scope=y`, { headers });
    const goal = new URL(begun.headers.location ?? "").searchParams;
    expect(goal.getAll("redirect_uri")).toEqual([`${viewer}login`]);
    expect(goal.getAll("client_id")).toEqual(["client-of-the-tests"]);
    const other = await walker.go(`${viewer}login`, { headers: { host: "evil.example" } });
    expect(other.headers.location ?? "").not.toContain("evil.example");
  });

  test("has no session at the other dashboard, nor one that was made up or has another name", async () => {
    const walker = stage.walker();
    await walker.signIn(admin, "ada@example.com");
    const session = user(walker, admin)!;
    const open = async (cookie: string, base = viewer): Promise<number> =>
      (await stage.walker().go(`${base}api/workers`, { headers: { cookie } })).status;
    expect(await open(`__Host-user=${session}`, admin)).toBe(200);
    expect(await open(`__Host-user=${session}`)).toBe(401);
    expect(await open(`user=${session}`, admin)).toBe(401);
    expect(await open(`__Host-oauth_state=${session}`, admin)).toBe(401);
    const forged = session.replace(/\|[^|]*\|([0-9a-f]+)$/, `|${Buffer.from("x@example.com").toString("base64")}|$1`);
    expect(forged).not.toBe(session);
    expect(await open(`__Host-user=${forged}`, admin)).toBe(401);
    const longer = session.replace(/10:\d+/, `10:${Math.floor(Date.now() / 1000) + 9e5}`);
    expect(await open(`__Host-user=${longer}`, admin)).toBe(401);
    // A state is signed with the same key, but under its own name.
    const begun = stage.walker();
    await begun.go(`${admin}login`);
    expect(await open(`__Host-user=${begun.cookie(host(admin), "__Host-oauth_state")}`, admin)).toBe(401);
  });

  test("logs out whom it should, and not at another site's word", async () => {
    const walker = stage.walker();
    await walker.signIn(viewer, "ana@example.com");
    for (const site of ["cross-site", "same-site"]) {
      expect((await walker.go(`${viewer}logout`, { headers: { "sec-fetch-site": site } })).status).toBe(403);
      expect(user(walker, viewer)).toBeDefined();
    }
    const page = await walker.go(`${viewer}logout`, { headers: { "sec-fetch-site": "same-origin" } });
    expect([page.status, page.body]).toEqual([200, expect.stringContaining("You have been logged out")]);
    expect((await walker.go(viewer)).status).toBe(302);
  });

  test("says who is signed in to nginx' log alone, and writes no code, token or secret anywhere", async () => {
    const walker = stage.walker();
    await walker.signIn(viewer, "ana@example.com");
    const page = await walker.go(`${viewer}workers`);
    expect(Object.keys(page.headers)).not.toContain("x-signed-in-as");
    const line = /"user":"ana@example\.com","method":"GET","host":"[^"]*","path":"\/flower\/workers"/;
    await until("nginx has written its log", () => line.test(stage.demo.pod.logs("nginx")));
    const logs = [stage.demo.pod.logs("nginx"), stage.log("viewer"), stage.log("admin")].join("\n");
    expect(logs).not.toMatch(/code=|state=|access_token|client-secret-of-the-tests|Traceback/);
  });

  test("slows a flood of made-up codes, but nobody who is signed in", async () => {
    const address = freshClient();
    const walker = stage.walker(address);
    await walker.signIn(viewer, "ana@example.com");
    const guess = () => stage.walker(address).go(`${viewer}login?code=made-up&state=x`);
    const flood = await Promise.all(Array.from({ length: 40 }, guess));
    const statuses = flood.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([403, 429]));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(20);
    expect((await walker.go(`${viewer}api/workers`)).status).toBe(200);
    expect((await stage.walker(address).go(viewer)).status).toBe(302);
  });

  test("is found live by the verifier, which is given sessions and sends a flood of made-up codes", async () => {
    const sessionOf = async (role: "viewer" | "admin", login: string): Promise<User> => {
      const walker = stage.walker();
      await walker.signIn(stage.base(role), login);
      return { name: login, password: "", session: user(walker, stage.base(role)), role };
    };
    const users = [await sessionOf("viewer", "ana@example.com"), await sessionOf("admin", "ada@example.com")];
    const { connection } = stage.demo;
    const report = await verify(
      { ...connection, direct: undefined, users },
      { bruteForce: true, totalTimeoutMs: 300_000 },
    );
    const seen = report.results.filter(({ verdict }) => verdict !== "skipped");
    expect(seen.filter(({ verdict }) => verdict !== "live")).toEqual([]);
    const checks = seen.map(({ id, check }) => `${id}/${check}`);
    expect(checks).toEqual(
      expect.arrayContaining(["authentication/provider", "csrf/log-out", "brute-force/wrong-passwords", "csrf/viewer"]),
    );
    // Without sessions it says what it could not see, and that this is no success.
    const blind = await verify({ ...connection, direct: undefined, users: [] }, { totalTimeoutMs: 300_000 });
    expect([blind.verdict, blind.summary.notLive]).toEqual(["unknown", 0]);
    expect(blind.results.find(({ check }) => check === "read")?.reason).toContain(
      "people sign in here, so give a session",
    );
  });

  test("says so when the provider does not answer, and signs in again once it does", async () => {
    const walker = stage.walker();
    const isCallback = (url: string): boolean => url.startsWith(`${viewer}login?`);
    const asked = await walker.follow(await walker.go(viewer));
    const callback = goalOf(await walker.answer(asked, "ana@example.com", "yes", isCallback))!;
    await stage.stopProvider();
    const page = await walker.go(callback);
    expect([page.status, page.body]).toEqual([503, expect.stringMatching(/identity provider \S+ does not answer/)]);
    expect(user(walker, viewer)).toBeUndefined();
    await stage.startProvider();
    expect((await stage.walker().signIn(viewer, "ana@example.com")).status).toBe(200);
  });

  test.each([
    ["takes a request and never answers", "ana+hang@example.com"],
    ["answers with a page instead of JSON", "ana+html@example.com"],
  ])("says so when the provider %s, in time", async (_, login) => {
    const started = Date.now();
    const page = await stage.walker().signIn(viewer, login);
    expect([page.status, page.body]).toEqual([503, expect.stringMatching(/does not answer/)]);
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  test("refuses an answer that is no account", async () => {
    expect((await stage.walker().signIn(viewer, "ana+list@example.com")).status).toBe(403);
    expect(stage.log("viewer")).not.toContain("Traceback");
  });
});

function secondsLeft(line: string): number {
  return (Date.parse(/expires=([^;]+)/i.exec(line)?.[1] ?? "") - Date.now()) / 1000;
}
