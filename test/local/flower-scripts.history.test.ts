import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { refusal, startFlower, type RunningFlower, type Setting } from "./flower-scripts/flower";
import { temporaryFolder } from "./flower-scripts/processes";
import { laySetting, LOG_IN } from "./flower-scripts/setting";

const isRoot = process.getuid?.() === 0;

const folder = temporaryFolder();
const flowers: RunningFlower[] = [];
let setting: Setting;
let volumes = 0;

beforeAll(async () => {
  setting = await laySetting(folder.path, {
    FLOWER_PERSISTENT: "true",
    FLOWER_STATE_SAVE_INTERVAL: "300000",
  });
});

afterEach(async () => {
  await Promise.all(flowers.splice(0).map(({ process }) => process.stop("SIGKILL")));
});

afterAll(() => folder.remove());

/** The volume of one pod, with a history in it unless there is to be none. */
function volume(kind?: "good" | "hostile" | "other"): { volume: string; history: string; database: string } {
  const path = join(folder.path, `volume-${++volumes}`);
  mkdirSync(path);
  const database = join(path, "history", "flower.db");
  const maker = join(__dirname, "flower-scripts", "make_history.py");
  if (kind !== undefined) execFileSync(join(setting.venv, "bin", "python"), [maker, kind, database]);
  return { volume: path, history: join(path, "history"), database };
}

async function flower(database: string): Promise<RunningFlower> {
  const started = await startFlower(setting, { env: { FLOWER_DB: database } });
  flowers.push(started);
  return started;
}

function refused(database: string, env: Record<string, string | undefined> = {}): Promise<string> {
  return refusal("start.py", setting, { env: { FLOWER_DB: database, ...env } });
}

async function tasksOf({ ask }: RunningFlower): Promise<string[]> {
  return Object.keys((await (await ask("/api/tasks", LOG_IN)).json()) as object);
}

/** A file of the history: dbm adds endings of its own to the name. */
function fileOf(history: string): string {
  const [name] = readdirSync(history).filter((each) => /^flower\.db(?:\.dat)?$/.test(each));
  return join(history, name!);
}

describe("the history of tasks", () => {
  test("outlives Flower, and only its user can read it", async () => {
    const { database, history } = volume("good");
    const first = await flower(database);
    expect(await tasksOf(first)).toEqual(["kept-task"]);
    await first.process.stop();
    const modes = readdirSync(history).map((name) => statSync(join(history, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(0);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(history).mode & 0o777).toBe(0o700);
    expect(await tasksOf(await flower(database))).toEqual(["kept-task"]);
  });

  test("is saved while Flower runs, so that a pod that is killed has it too", async () => {
    const { database, history } = volume();
    const started = await startFlower(setting, { env: { FLOWER_DB: database, FLOWER_STATE_SAVE_INTERVAL: "200" } });
    flowers.push(started);
    await expect.poll(() => readdirSync(history).some((name) => name.startsWith("flower.db"))).toBe(true);
  });

  test("has no arguments any more once they are redacted, those of before neither", async () => {
    const { database, history } = volume("good");
    const canary = (): boolean =>
      readdirSync(history).some((name) => readFileSync(join(history, name)).includes("canary-argument"));
    expect(canary()).toBe(true);
    const env = { FLOWER_DB: database, REDACT_TASK_ARGUMENTS: "true" };
    const started = await startFlower(setting, { env });
    flowers.push(started);
    expect(await (await started.ask("/api/task/info/kept-task", LOG_IN)).json()).toMatchObject({ args: "[redacted]" });
    expect(await (await started.ask("/api/tasks?search=canary-argument", LOG_IN)).json()).toEqual({});
    await started.process.stop();
    expect(canary()).toBe(false);
  });

  test("is not kept without a volume", async () => {
    const { database, volume: path } = volume();
    const started = await startFlower(setting, {
      env: { FLOWER_DB: database, FLOWER_PERSISTENT: undefined, FLOWER_STATE_SAVE_INTERVAL: undefined },
    });
    flowers.push(started);
    await started.process.stop();
    expect(readdirSync(path)).toEqual([]);
  });
});

describe("a file of history that cannot be read locks nobody out, is put aside, and the log says so:", () => {
  async function expectFresh(database: string, sentence: RegExp): Promise<void> {
    const started = await flower(database);
    expect(await tasksOf(started)).toEqual([]);
    expect(started.process.log).toMatch(sentence);
    expect(readdirSync(join(database, "..")).some((name) => name.endsWith(".corrupt"))).toBe(true);
    await started.process.stop();
    await flower(database);
  }

  test("a truncated one", async () => {
    const { database, history } = volume("good");
    truncateSync(fileOf(history), Math.floor(statSync(fileOf(history)).size / 2));
    await expectFresh(database, /Failed to load state .* moving it aside and starting fresh/);
  });

  test("one that is something else", async () => {
    const { database } = volume("other");
    await expectFresh(database, /Failed to load state/);
  });

  test("one that would run a command, which is not run", async () => {
    const { database } = volume("hostile");
    await expectFresh(database, /Failed to load state .*: '(?:posix|os)'\.'system' is no part of Flower's state/);
    expect(existsSync(`${database}.executed`)).toBe(false);
  });

  test("one that has ended Flower twice", async () => {
    const { database, history } = volume("good");
    writeFileSync(join(history, "opening"), "..", { mode: 0o600 });
    await expectFresh(database, /Flower ended 2 times while it read .*: it is put aside/);
  });

  test("but not one at which Flower ended once, and each start that succeeds is forgotten", async () => {
    const { database, history } = volume("good");
    writeFileSync(join(history, "opening"), ".", { mode: 0o600 });
    const started = await flower(database);
    expect(await tasksOf(started)).toEqual(["kept-task"]);
    expect(existsSync(join(history, "opening"))).toBe(false);
  });
});

describe("start.py refuses", () => {
  test("a history that is a link to elsewhere", async () => {
    const { database, history } = volume("good");
    const file = fileOf(history);
    renameSync(file, join(folder.path, "elsewhere"));
    symlinkSync(join(folder.path, "elsewhere"), file);
    expect(await refused(database)).toMatch(
      /is a symbolic link, so somebody else may have written it.* run their code/,
    );
  });

  test("a folder that is a link to elsewhere", async () => {
    const { database, history } = volume("good");
    renameSync(history, join(folder.path, "elsewhere-folder"));
    symlinkSync(join(folder.path, "elsewhere-folder"), history);
    expect(await refused(database)).toMatch(/history is a symbolic link/);
  });

  test.skipIf(!isRoot)("a history, or its folder, that belongs to somebody else", async () => {
    const { database, history } = volume("good");
    chownSync(fileOf(history), 1234, 0);
    expect(await refused(database)).toMatch(/belongs to the user 1234 and not to 0/);
    chownSync(fileOf(history), 0, 0);
    chownSync(history, 1234, 0);
    expect(await refused(database)).toMatch(/history belongs to the user 1234/);
  });

  test.skipIf(!isRoot)(
    "a history that another group may write, but not one that the kubelet gave to the pod's",
    async () => {
      const { database, history } = volume("good");
      chmodSync(fileOf(history), 0o660);
      chownSync(fileOf(history), 0, 1234);
      expect(await refused(database)).toMatch(/may be written by the group 1234, which is not the pod's/);
      chownSync(fileOf(history), 0, 0);
      expect(await tasksOf(await flower(database))).toEqual(["kept-task"]);
    },
  );

  test("a history that is open to everybody, or linked from elsewhere", async () => {
    const { database, history } = volume("good");
    chmodSync(fileOf(history), 0o666);
    expect(await refused(database)).toMatch(/is open to every user/);
    chmodSync(fileOf(history), 0o600);
    linkSync(fileOf(history), join(folder.path, "another-name"));
    expect(await refused(database)).toMatch(/is linked from elsewhere too/);
  });

  test("a volume that is not there, or cannot be written, since the history would be lost", async () => {
    expect(await refused("/nowhere/history/flower.db")).toMatch(/\/nowhere is not there, so the history would be lost/);
    expect(await refused("/proc/history/flower.db")).toMatch(
      /\/proc cannot be written .* so the history would be lost/,
    );
  });

  test.each(["FLOWER_DB", "FLOWER_STATE_SAVE_INTERVAL"])("a missing %s", async (name) => {
    expect(await refused(volume().database, { [name]: undefined })).toMatch(`${name} is missing or empty`);
  });

  test("FLOWER_PERSISTENT=yes", async () => {
    const { database } = volume();
    expect(await refused(database, { FLOWER_PERSISTENT: "yes" })).toMatch(/FLOWER_PERSISTENT cannot be read as bool/);
  });
});
