import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { flowerEnvironment } from "../../components/build/flower";
import { oauthEnvironment } from "../../components/build/oauth";
import { refusal, startFlower, type Difference, type RunningFlower, type Setting } from "./flower-scripts/flower";
import { freePort, laySecret, layUsers, startRedis, temporaryFolder } from "./flower-scripts/processes";
import { COOKIE_SECRET, laySetting, LOG_IN } from "./flower-scripts/setting";
import { oldFlowerPackages, patch, variantVenv, type Variant } from "./flower-scripts/venvs";

const PASSWORD = LOG_IN.slice("ann:".length);
const BROKER_PASSWORD = "broker-password-1";

const folder = temporaryFolder();
const flowers: RunningFlower[] = [];
let redis: Awaited<ReturnType<typeof startRedis>>;
let setting: Setting;

beforeAll(async () => {
  const port = await freePort();
  redis = await startRedis(port, ["--port", String(port), "--requirepass", BROKER_PASSWORD]);
  setting = await laySetting(folder.path, {
    FLOWER_MAX_TASKS: "1000",
    FLOWER_INSPECT_TIMEOUT: "1000",
    FLOWER_NATURAL_TIME: "true",
    FLOWER_PURGE_OFFLINE_WORKERS: "60",
    FLOWER_TASKS_COLUMNS: "name,uuid,state",
    FLOWER_BROKER_API: "http://guest:management-password-1@127.0.0.1:1/api/",
    CELERY_BROKER_URL: `redis://:${BROKER_PASSWORD}@127.0.0.1:${port}/0`,
  });
});

afterEach(async () => {
  await Promise.all(flowers.splice(0).map(({ process }) => process.stop("SIGKILL")));
});

afterAll(async () => {
  await redis.stop();
  folder.remove();
});

async function flower(difference: Difference = {}): Promise<RunningFlower> {
  const started = await startFlower(setting, difference);
  flowers.push(started);
  return started;
}

function refused(env: Difference["env"], venv?: string): Promise<string> {
  return refusal("start.py", setting, { env, venv });
}

function variant(name: string, difference: Variant): string {
  return variantVenv(setting.venv, join(folder.path, name), difference);
}

describe("start.py", () => {
  test("starts a read-only Flower that knows the Secret's users only, and ends at once when it is told to", async () => {
    const { ask, process } = await flower();
    expect((await ask("/workers")).status).toBe(401);
    expect((await ask("/workers", "ann:wrong-password-1")).status).toBe(401);
    expect((await ask("/workers", LOG_IN)).status).toBe(200);
    expect((await ask("/api/task/revoke/none", LOG_IN, "POST")).status).toBe(403);
    expect(process.log).toContain("Flower 2.2.0, read-only, 1 log-ins, on 127.0.0.1:");
    expect(await process.stop()).toBeLessThan(5_000);
    expect(process.code).toBe(0);
  });

  test("starts a Flower with full control where the pod says so", async () => {
    const { ask, process } = await flower({ env: { FLOWER_READ_ONLY: "false" } });
    expect((await ask("/api/task/revoke/none", LOG_IN, "POST")).status).toBe(200);
    expect(process.log).toContain("full control");
  });

  test("shows no password in its arguments, its initial environment, or its log", async () => {
    const { ask, process } = await flower();
    await ask("/broker", LOG_IN);
    expect(readFileSync(`/proc/${process.pid}/cmdline`, "utf8")).toMatch(/python3\0-I\0[^\0]*start\.py\0$/);
    const environment = readFileSync(`/proc/${process.pid}/environ`, "utf8");
    expect(environment).not.toContain(PASSWORD);
    expect(environment).not.toContain(COOKIE_SECRET);
    expect(environment).not.toContain("FLOWER_BASIC_AUTH");
    await process.stop();
    for (const secret of [PASSWORD, BROKER_PASSWORD, COOKIE_SECRET, "management-password-1"])
      expect(process.log).not.toContain(secret);
  });

  test("ignores variables that an image brings along, naming them and not their values", async () => {
    const brought = {
      FLOWER_UNAUTHENTICATED_API: "true",
      FLOWER_AUTH: ".*@evil.example",
      FLOWER_GITLAB_OAUTH_DOMAIN: "gitlab.evil.example",
      FLOWER_BASIC_AUTH: "evil:evil-password",
      FLOWER_DEBUG: "true",
      FLOWER_DATA_DIR: "/evil",
      CELERY_APP: "evil_module",
      CELERY_BROKER_READ_URL: "redis://evil.example",
      CELERY_CONFIG_MODULE: "evil_module",
      APP: "evil_module",
      BROKER_URL: "redis://evil.example",
      DJANGO_SETTINGS_MODULE: "evil_module",
      KOMBU_LOG_DEBUG: "1",
    };
    const { ask, process } = await flower({ env: brought });
    expect((await ask("/workers", "evil:evil-password")).status).toBe(401);
    expect((await ask("/api/workers")).status).toBe(401);
    expect((await ask("/workers", LOG_IN)).status).toBe(200);
    for (const name of Object.keys(brought)) expect(process.log).toContain(`ignoring ${name} of the image or pod`);
    expect(process.log).not.toContain("evil");
  });

  test("executes no configuration file of its working directory", async () => {
    const cwd = join(folder.path, "workdir");
    mkdirSync(cwd);
    for (const name of ["flowerconfig.py", "celeryconfig.py", "flower.py", "sitecustomize.py"]) {
      writeFileSync(join(cwd, name), `open(${JSON.stringify(join(cwd, `${name}.ran`))}, "w")\nread_only = False\n`);
    }
    const { ask } = await flower({ cwd });
    expect((await ask("/api/task/revoke/none", LOG_IN, "POST")).status).toBe(403);
    for (const name of ["flowerconfig.py", "celeryconfig.py", "flower.py", "sitecustomize.py"]) {
      expect(() => readFileSync(join(cwd, `${name}.ran`))).toThrow("ENOENT");
    }
  });

  test("knows every variable that the pod spec sets", () => {
    const source = readFileSync(join(setting.scripts, "environment.py"), "utf8");
    const broker = { caSecret: "ca", clientCertSecret: "client" };
    const options = {
      maxTasks: 1,
      inspectTimeout: 1,
      naturalTime: true,
      purgeOfflineWorkers: 1,
      tasksColumns: ["name"],
    };
    const dashboard = { role: "viewer", port: 5555 };
    const key = { name: "secret", key: "key" };
    const variables = flowerEnvironment({ broker, flower: options, urlPrefix: "flower" } as never, dashboard as never, {
      brokerUrl: key,
      managementApiUrl: key,
    });
    const names = [
      ...variables.map(({ name }) => name as string),
      ...["github", "gitlab", "okta"].flatMap((provider) => Object.keys(signInVariables(provider))),
    ].filter((name) => /^(FLOWER|CELERY)_/.test(name));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(source).toContain(`"${name}"`);
  });
});

/** The variables of sign-in with a provider, and every member that is its own. */
function signInVariables(provider: string): Record<string, string | undefined> {
  const oauth = { provider, people: {}, host: "host", gitlabGroups: ["group"], oktaBaseUrl: "url" };
  return oauthEnvironment({ oauth, viewer: { host: "host" } } as never, { role: "viewer", host: "host" } as never);
}

describe("start.py refuses", () => {
  test.each([
    ["a missing FLOWER_ADDRESS", { FLOWER_ADDRESS: undefined }, /FLOWER_ADDRESS is missing or empty/],
    ["a missing FLOWER_CONF", { FLOWER_CONF: undefined }, /FLOWER_CONF is missing or empty/],
    ["a missing FLOWER_READ_ONLY", { FLOWER_READ_ONLY: undefined }, /FLOWER_READ_ONLY is missing or empty/],
    ["FLOWER_READ_ONLY=yes", { FLOWER_READ_ONLY: "yes" }, /FLOWER_READ_ONLY is 'yes' and must be true or false/],
    ["an empty FLOWER_MAX_TASKS", { FLOWER_MAX_TASKS: "" }, /FLOWER_MAX_TASKS is missing or empty/],
    ["FLOWER_MAX_TASKS=many", { FLOWER_MAX_TASKS: "many" }, /FLOWER_MAX_TASKS cannot be read as int/],
    ["FLOWER_PORT=tcp://10.0.0.1:5555", { FLOWER_PORT: "tcp://10.0.0.1:5555" }, /FLOWER_PORT cannot be read as int/],
    [
      "a line break at the end of FLOWER_BROKER_API",
      { FLOWER_BROKER_API: "http://127.0.0.1:1/api/\n" },
      /FLOWER_BROKER_API begins or ends with white space/,
    ],
    ["a missing COOKIE_SECRET_FILE", { COOKIE_SECRET_FILE: undefined }, /COOKIE_SECRET_FILE is missing or empty/],
    ["COOKIE_SECRET_FILE=/nowhere", { COOKIE_SECRET_FILE: "/nowhere" }, /\/nowhere cannot be read.*Mount its Secret/],
    [
      "the misspelled FLOWER_READONLY",
      { FLOWER_READONLY: "true" },
      /no option for FLOWER_READONLY, .* Did you mean FLOWER_READ_ONLY\?/,
    ],
    [
      "the misspelled FLOWER_ADRESS",
      { FLOWER_ADRESS: "127.0.0.1" },
      /no option for FLOWER_ADRESS, .* Did you mean FLOWER_ADDRESS\?/,
    ],
    ["FLOWER_ADDRESS=0.0.0.0", { FLOWER_ADDRESS: "0.0.0.0" }, /listen on another address/],
    ["FLOWER_CONF=flowerconfig.py", { FLOWER_CONF: "flowerconfig.py" }, /did not take over conf/],
    ["a missing MINIMUM_FLOWER_VERSION", { MINIMUM_FLOWER_VERSION: undefined }, /MINIMUM_FLOWER_VERSION is missing/],
    ["a missing BASIC_AUTH_USERS_DIR", { BASIC_AUTH_USERS_DIR: undefined }, /BASIC_AUTH_USERS_DIR is missing/],
    [
      "BASIC_AUTH_USERS_DIR=/nowhere",
      { BASIC_AUTH_USERS_DIR: "/nowhere" },
      /users in \/nowhere cannot be read: No such file or directory\. Mount/,
    ],
    ["a missing CELERY_BROKER_URL", { CELERY_BROKER_URL: undefined }, /CELERY_BROKER_URL is missing or empty/],
    [
      "a line break at the end of CELERY_BROKER_URL",
      { CELERY_BROKER_URL: "redis://127.0.0.1/0\n" },
      /CELERY_BROKER_URL begins or ends with white space.*`echo`/,
    ],
  ] as [string, Record<string, string | undefined>, RegExp][])("%s", async (_case, env, sentence) => {
    expect(await refused(env)).toMatch(sentence);
  });

  test.each([
    ["that is empty", "", /cookie secret in .* is empty/],
    ["with a line break at its end", `${COOKIE_SECRET}\n`, /cookie secret in .* line break.*`echo`/],
    ["that is not ASCII", `${COOKIE_SECRET}\u00e4`, /cookie secret in .* cannot be read: UnicodeDecodeError/],
    ["that could be guessed", COOKIE_SECRET.slice(0, 31), /shorter than 32 characters, so sessions could be forged/],
  ])("a cookie secret %s, without telling it", async (_case, content, sentence) => {
    const said = await refused({ COOKIE_SECRET_FILE: laySecret(join(folder.path, "other-secret"), content) });
    expect(said).toMatch(sentence);
    expect(said).not.toContain(COOKIE_SECRET.slice(0, 31));
  });

  test("a Secret without users", async () => {
    const empty = layUsers(join(folder.path, "nobody"), {});
    expect(await refused({ BASIC_AUTH_USERS_DIR: empty })).toMatch(/has no users, and without log-ins Flower is open/);
  });

  test("an image without Flower, saying where it looked and what to do", async () => {
    const venv = variant("no-flower", { without: ["flower"] });
    const sentence =
      /Flower 2\.2\.0 or newer is needed, and the packages of .*python3 .* have none .*image\/Dockerfile/;
    expect(await refused({}, venv)).toMatch(sentence);
  });

  test("the real Flower 2.0.1, which would ignore read-only", async () => {
    const venv = variant("old", { flowerFrom: oldFlowerPackages(setting.venv) });
    expect(await refused({}, venv)).toMatch(
      /The image has Flower 2\.0\.1, and 2\.2\.0 or newer is needed: .*image\/Dockerfile/,
    );
  });

  test("an image without Celery", async () => {
    const venv = variant("no-celery", { without: ["celery"] });
    expect(await refused({}, venv)).toMatch(
      /Flower 2\.2\.0 is installed but does not start: No module named 'celery'\. .*image\/Dockerfile/,
    );
  });

  test.each(["packaging", "redis"])("an image without %s, for a Redis broker only", async (name) => {
    const venv = variant(`no-${name}`, { without: [name] });
    const sentence = await refused({}, venv);
    expect(sentence).toMatch(/The broker is redis:\/\/, and the image lacks .*image\/Dockerfile/);
    expect(sentence).toContain(`No module named '${name}'`);
    const { process } = await flower({ venv, env: { CELERY_BROKER_URL: "amqp://127.0.0.1:1//" } });
    expect(process.log).toContain("broker: amqp://127.0.0.1:1");
  });

  test("a Flower that has no such option any more", async () => {
    const venv = variant("no-option", {
      flower: (path) => patch(join(path, "options.py"), 'define("read_only"', 'define("is_read_only"'),
    });
    expect(await refused({}, venv)).toMatch(/Flower 2\.2\.0 has no option for FLOWER_READ_ONLY, so it would ignore it/);
  });
});

describe("start.py stops Flower before it listens", () => {
  test.each([
    [
      "ignores the log-ins",
      "apply_env_options()\n",
      "apply_env_options()\n    options.basic_auth = []\n",
      /did not take over basic_auth/,
    ],
    [
      "adds a log-in",
      "apply_env_options()\n",
      "apply_env_options()\n    options.basic_auth = options.basic_auth + ['a:b']\n",
      /basic_auth/,
    ],
    [
      "ignores read-only",
      "apply_env_options()\n",
      "apply_env_options()\n    options.read_only = False\n",
      /did not take over read_only/,
    ],
    ["ignores its environment", "    apply_env_options()\n", "", /did not take over .*address|another address/],
    [
      "makes up a cookie secret of its own",
      "apply_env_options()\n",
      "apply_env_options()\n    options.cookie_secret = 'x' * 64\n",
      /did not take over cookie_secret/,
    ],
    [
      "turns debug on",
      "apply_env_options()\n",
      "apply_env_options()\n    options.debug = True\n",
      /did not take over debug/,
    ],
    [
      "wants a log-in elsewhere too",
      "apply_env_options()\n",
      "apply_env_options()\n    options.auth = 'a@b.c'\n",
      /did not take over auth/,
    ],
    [
      "keeps another number of tasks",
      "apply_env_options()\n",
      "apply_env_options()\n    options.max_tasks = 7\n",
      /did not take over max_tasks/,
    ],
  ])("when it %s", async (name, from, to, sentence) => {
    const edit = (path: string): void => patch(join(path, "command.py"), from, to);
    expect(await refused({}, variant(name.replaceAll(" ", "-"), { flower: edit }))).toMatch(sentence);
  });

  test.each([
    ["on every address", "address=self.options.address,", "address='',"],
    ["on another port", "self.options.port,", "0,"],
  ])("when it would listen %s", async (name, from, to) => {
    const edit = (path: string): void => patch(join(path, "app.py"), from, to);
    expect(await refused({}, variant(name.replaceAll(" ", "-"), { flower: edit }))).toMatch(
      /listen on another address than it was told/,
    );
  });
});
