import type { KubernetesObject } from "../../../local/pod";
import { freshClient } from "../client/client";
import { replaced, withNginxConf, withScript, withSharedCookieSecret } from "../client/objects";
import { sessionOf } from "../client/logIns";
import type { SignInStage } from "./stage";
import { goalOf, type Walker } from "./walker";

/** A part of sign-in that is taken out, and the attack that must then succeed. */
export interface SignInMutation {
  readonly control: string;
  /** Completes "without …". */
  readonly without: string;
  readonly change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[];
  /** Whether the attack succeeds. */
  readonly breach: (stage: SignInStage) => Promise<boolean>;
}

const VIEWER = "ana@example.com";

const script = (file: string, piece: string | RegExp, by: string) => (objects: readonly KubernetesObject[]) =>
  withScript(objects, file, (text) => replaced(text, piece, by));
const conf = (piece: string | RegExp, by: string) => (objects: readonly KubernetesObject[]) =>
  withNginxConf(objects, (text) => replaced(text, piece, by));

const withoutChallenge = script("sign_in.py", 'f"verifier {self._state}"', '"verifier"');

/** A sign-in that has come as far as the provider's redirect back to us, which is not followed. */
async function callbackOf(stage: SignInStage, walker: Walker, login: string): Promise<string> {
  const base = stage.base("viewer");
  const asked = await walker.follow(await walker.go(base));
  const reply = await walker.answer(asked, login, "yes", (url) => url.startsWith(`${base}login?`));
  return goalOf(reply) ?? "";
}

/** Whether a cookie opens a dashboard. */
async function opens(stage: SignInStage, role: "viewer" | "admin", cookie: string): Promise<boolean> {
  return (await stage.walker().go(`${stage.base(role)}api/workers`, { headers: { cookie } })).status === 200;
}

async function signedInSession(stage: SignInStage, role: "viewer" | "admin", login: string): Promise<string> {
  const walker = stage.walker();
  const { hostname } = new URL(stage.base(role));
  await walker.signIn(stage.base(role), login);
  return walker.cookie(hostname, "__Host-user") ?? walker.cookie(hostname, "user") ?? "";
}

async function thiefGetsIn(stage: SignInStage): Promise<boolean> {
  const base = stage.base("viewer");
  const [victim, thief] = [stage.walker(), stage.walker()];
  const code = new URL(await callbackOf(stage, victim, VIEWER)).searchParams.get("code");
  const begun = await thief.go(`${base}login`);
  const state = new URL(begun.headers.location ?? "").searchParams.get("state");
  return (await thief.go(`${base}login?code=${code}&state=${state}`)).status === 200;
}

/** Every part of sign-in that an attack from outside can tell the absence of. What only a browser shows is not here. */
export const SIGN_IN_MUTATIONS: readonly SignInMutation[] = [
  {
    control: "csrf",
    without: "nginx' look at where a log-out comes from",
    change: conf('"~^logout " 1;', '"~^logout " 0;'),
    breach: async (stage) => {
      const headers = { "sec-fetch-site": "cross-site" };
      return (await stage.walker().go(`${stage.base("viewer")}logout`, { headers })).status === 200;
    },
  },
  {
    control: "csrf",
    without: "the browser's state, and the challenge made of it",
    change: (objects) =>
      withoutChallenge(script("sign_in.py", "if not self._state or not hmac", "if self._state and not hmac")(objects)),
    breach: async (stage) => {
      const callback = await callbackOf(stage, stage.walker(), VIEWER);
      return (await stage.walker().go(callback)).status === 200;
    },
  },
  {
    control: "csrf",
    without: "nginx' removal of Authorization, for which Flower leaves its token out",
    change: conf('proxy_set_header Authorization "";', ""),
    breach: async (stage) => {
      const cookie = `__Host-user=${await signedInSession(stage, "viewer", VIEWER)}`;
      const headers = { cookie, authorization: "Bearer x" };
      const form = {
        draw: "1",
        start: "0",
        length: "1",
        "order[0][column]": "0",
        "order[0][dir]": "asc",
        "columns[0][data]": "name",
        "search[value]": "",
      };
      return (await stage.walker().go(`${stage.base("viewer")}tasks/datatable`, { form, headers })).status === 200;
    },
  },
  {
    control: "authentication",
    without: "a challenge of its own for each sign-in",
    change: withoutChallenge,
    breach: thiefGetsIn,
  },
  {
    control: "authentication",
    without: "the provider's word that an address is confirmed",
    change: script(
      "sign_in.py",
      'confirmed = bool(account.get("confirmed_at")) and account.get("state") == "active"',
      "confirmed = True",
    ),
    breach: async (stage) => (await signedInSession(stage, "viewer", "ana+unverified@example.com")) !== "",
  },
  {
    control: "authentication",
    without: "the names that no other host can plant",
    change: script("session.py", 'HOST_ONLY = "__Host-"', 'HOST_ONLY = ""'),
    breach: async (stage) => opens(stage, "viewer", `user=${await signedInSession(stage, "viewer", VIEWER)}`),
  },
  {
    control: "authentication",
    without: "an end of sessions",
    change: script("session.py", "max_age_days=self.seconds[name] / DAY", "max_age_days=31"),
    breach: (stage) => {
      const { session } = sessionOf(stage.demo.objects, "viewer", VIEWER, 13);
      return opens(stage, "viewer", `__Host-user=${session}`);
    },
  },
  {
    control: "authentication",
    without: "401 for the API",
    change: script(
      "session.py",
      "raise tornado.web.HTTPError(401)\n        return super().get_login_url()",
      "pass\n        return super().get_login_url()",
    ),
    breach: async (stage) => (await stage.walker().go(`${stage.base("viewer")}api/workers`)).status !== 401,
  },
  {
    control: "authentication",
    without: "the list of pages to which a sign-in leads",
    change: script("sign_in.py", "return target if PAGE.fullmatch(below)", "return target if target"),
    breach: async (stage) => {
      const walker = stage.walker();
      const asked = await walker.follow(await walker.go(`${stage.base("viewer")}login?next=%2F%2Fevil.example%2F`));
      const end = await walker.answer(asked, VIEWER, "yes", (url) => new URL(url).hostname === "evil.example");
      return new URL(goalOf(end) ?? end.url).hostname === "evil.example";
    },
  },
  {
    control: "admin-route",
    without: "a cookie secret for each dashboard",
    change: withSharedCookieSecret,
    breach: async (stage) =>
      opens(stage, "viewer", `__Host-user=${await signedInSession(stage, "admin", "ada@example.com")}`),
  },
  {
    control: "brute-force",
    without: "the count of made-up codes",
    change: conf(/"~\^login \." \$client_network;/, '"~^login ." "";'),
    breach: async (stage) => {
      const address = freshClient();
      const guess = () => stage.walker(address).go(`${stage.base("viewer")}login?code=made-up&state=x`);
      const statuses = (await Promise.all(Array.from({ length: 40 }, guess))).map(({ status }) => status);
      return !statuses.includes(429);
    },
  },
  {
    control: "secrets",
    without: "nginx' silence about who is signed in",
    change: conf("proxy_hide_header X-Signed-In-As;", ""),
    breach: async (stage) => {
      const cookie = `__Host-user=${await signedInSession(stage, "viewer", VIEWER)}`;
      return (
        (await stage.walker().go(stage.base("viewer"), { headers: { cookie } })).headers["x-signed-in-as"] !== undefined
      );
    },
  },
];
