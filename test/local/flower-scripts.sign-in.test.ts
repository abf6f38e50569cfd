import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAuthority } from "./flower-scripts/certificates";
import { refusal, startFlower, type Difference, type Setting } from "./flower-scripts/flower";
import { laySecret, temporaryFolder } from "./flower-scripts/processes";
import { laySetting } from "./flower-scripts/setting";
import { patch, variantVenv } from "./flower-scripts/venvs";

const CLIENT_SECRET = "client-secret-1";

const folder = temporaryFolder();
let setting: Setting;

/** What the pod spec sets for a GitLab of one's own. */
beforeAll(async () => {
  setting = await laySetting(folder.path, {
    FLOWER_AUTH: ".*@example\\.com",
    FLOWER_AUTH_PROVIDER: "sign_in.GitLab",
    FLOWER_OAUTH2_KEY: "client",
    FLOWER_OAUTH2_REDIRECT_URI: "https://flower.example.com/flower/login",
    FLOWER_GITLAB_OAUTH_DOMAIN: "gitlab.example.com",
    OAUTH_CLIENT_SECRET_FILE: laySecret(join(folder.path, "client-secret"), CLIENT_SECRET),
    OAUTH_SESSION_HOURS: "12",
  });
  delete (setting.env as Record<string, string>).BASIC_AUTH_USERS_DIR;
});

afterAll(() => folder.remove());

const file = (name: string, content: string): string => laySecret(join(folder.path, name), content);

function refused(env: Difference["env"], venv?: string): Promise<string> {
  return refusal("start.py", setting, { env, venv });
}

describe("start.py, where people sign in with a provider,", () => {
  test("starts a Flower that says so, sends a page there and nobody else, and shows its secret nowhere", async () => {
    const { ask, process } = await startFlower(setting);
    try {
      expect((await ask("/api/workers")).status).toBe(401);
      expect((await ask("/api/workers", "ann:viewer-password-1")).status).toBe(401);
      expect(process.log).toMatch(/Flower 2\.2\.0, read-only, .* on 127\.0\.0\.1:/);
      expect(readFileSync(`/proc/${process.pid}/environ`, "utf8")).not.toContain(CLIENT_SECRET);
    } finally {
      await process.stop("SIGKILL");
    }
    expect(process.log).not.toContain(CLIENT_SECRET);
  });

  test.each([
    ["nobody named", { FLOWER_AUTH: undefined }, /FLOWER_AUTH is missing or empty/],
    ["a list that Flower cannot read", { FLOWER_AUTH: ".*" }, /Flower cannot read FLOWER_AUTH='\.\*': write addresses/],
    ["a list that is open at its end", { FLOWER_AUTH: ".*@example.*" }, /Flower cannot read FLOWER_AUTH=/],
    [
      "Flower's own handler",
      { FLOWER_AUTH_PROVIDER: "flower.views.auth.GitLabLoginHandler" },
      /GitLabLoginHandler', which is no handler of secure-flower/,
    ],
    [
      "a handler that does not exist",
      { FLOWER_AUTH_PROVIDER: "sign_in.Nobody" },
      /'sign_in\.Nobody', which is no handler/,
    ],
    ["no client id", { FLOWER_OAUTH2_KEY: undefined }, /FLOWER_OAUTH2_KEY is missing or empty/],
    ["no redirect URI", { FLOWER_OAUTH2_REDIRECT_URI: undefined }, /FLOWER_OAUTH2_REDIRECT_URI is missing or empty/],
    // It is by this variable that start.py tells one kind of log-in from the other.
    ["no client secret", { OAUTH_CLIENT_SECRET_FILE: undefined }, /BASIC_AUTH_USERS_DIR is missing/],
    [
      "a client secret that is not mounted",
      { OAUTH_CLIENT_SECRET_FILE: "/nowhere" },
      /client secret in \/nowhere cannot be read.*Mount its Secret/,
    ],
    ["no end of sessions", { OAUTH_SESSION_HOURS: undefined }, /OAUTH_SESSION_HOURS is missing or empty/],
    [
      "sessions of no time",
      { OAUTH_SESSION_HOURS: "0" },
      /OAUTH_SESSION_HOURS is '0' and must be a whole number of hours/,
    ],
    ["sessions for good", { OAUTH_SESSION_HOURS: "9999" }, /must be a whole number of hours/],
    [
      "a group without a name",
      { FLOWER_GITLAB_AUTH_ALLOWED_GROUPS: "platform,," },
      /has an empty group, which Flower could take for any/,
    ],
    ["groups that are only commas", { FLOWER_GITLAB_AUTH_ALLOWED_GROUPS: "," }, /has an empty group/],
    ["a CA that is not there", { OAUTH_CA_FILE: "/nowhere" }, /OAUTH_CA_FILE cannot be used \(No such file/],
  ] as [string, Record<string, string | undefined>, RegExp][])("refuses %s", async (_case, env, sentence) => {
    expect(await refused(env)).toMatch(sentence);
  });

  test.each([
    ["that is empty", "", /client secret in .* is empty/],
    ["with a line break at its end", `${CLIENT_SECRET}\n`, /client secret in .* line break.*`echo`/],
    ["that is not ASCII", `${CLIENT_SECRET}\u00e4`, /client secret in .* cannot be read: UnicodeDecodeError/],
  ])("refuses a client secret %s, without telling it", async (_case, content, sentence) => {
    const said = await refused({ OAUTH_CLIENT_SECRET_FILE: file("other-secret", content) });
    expect(said).toMatch(sentence);
    expect(said).not.toContain(CLIENT_SECRET);
  });

  test("refuses a CA that is no certificate, and takes one that is", async () => {
    expect(await refused({ OAUTH_CA_FILE: file("ca.txt", "not PEM") })).toMatch(
      /OAUTH_CA_FILE cannot be used .*in PEM/,
    );
    const { certificate } = makeAuthority(folder.path, "authority");
    const { process } = await startFlower(setting, { env: { OAUTH_CA_FILE: certificate } });
    await process.stop("SIGKILL");
  });

  test.each([
    [
      "does not read the host",
      "views/auth.py",
      "FLOWER_GITLAB_OAUTH_DOMAIN",
      "GITLAB_HOST",
      /does not read FLOWER_GITLAB_OAUTH_DOMAIN, so it would ignore it/,
    ],
    [
      "reads the host and forgets it",
      "views/auth.py",
      "_OAUTH_AUTHORIZE_URL = f'https://{_OAUTH_GITLAB_DOMAIN}",
      "_OAUTH_AUTHORIZE_URL = f'https://gitlab.com",
      /did not take over FLOWER_GITLAB_OAUTH_DOMAIN/,
    ],
    [
      "has other handlers",
      "views/__init__.py",
      "class BaseHandler(tornado.web.RequestHandler)",
      "class BaseHandler(type('Other', (tornado.web.RequestHandler,), {}))",
      /handlers are not as they were when sign-in was written/,
    ],
  ] as [string, string, string, string, RegExp][])("stops a Flower that %s", async (name, path, from, to, sentence) => {
    const venv = variantVenv(setting.venv, join(folder.path, name.replaceAll(" ", "-")), {
      flower: (installed) => patch(join(installed, path), from, to),
    });
    expect(await refused({}, venv)).toMatch(sentence);
  });
});
