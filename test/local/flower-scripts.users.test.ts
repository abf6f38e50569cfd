import { spawn, type ChildProcessByStdio } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { layScripts, temporaryFolder } from "./flower-scripts/processes";
import { imageVenv } from "./flower-scripts/venvs";

interface Answer {
  refused?: string;
  stored?: string[];
  entered?: boolean[];
  recent?: boolean;
}

const folder = temporaryFolder();
let python: ChildProcessByStdio<Writable, Readable, null>;
let answers: AsyncIterator<string>;

beforeAll(async () => {
  const scripts = layScripts(join(folder.path, "scripts"));
  const program = [join(__dirname, "flower-scripts", "logins.py"), scripts];
  python = spawn(join(await imageVenv(), "bin", "python3"), ["-I", ...program], { stdio: ["pipe", "pipe", "inherit"] });
  answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
});

afterAll(() => {
  python.stdin.end();
  folder.remove();
});

async function ask(question: object): Promise<Answer> {
  python.stdin.write(`${JSON.stringify(question)}\n`);
  return JSON.parse((await answers.next()).value as string) as Answer;
}

/** Half a surrogate pair is no text that a file could hold. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function base64(text: string | Uint8Array): string {
  return Buffer.from(text as string).toString("base64");
}

/** What the real Flower makes of a folder of users, and whether each of some log-ins enters. */
function look(
  users: readonly (readonly [string, string | Uint8Array])[],
  logIns: readonly string[] = [],
): Promise<Answer> {
  return ask({ files: users.map(([name, content]) => [base64(name), base64(content)]), tokens: logIns.map(base64) });
}

const GOOD = "a-password-of-20-chars";

describe("the users of a mounted Secret", () => {
  test("become exactly the log-ins that Flower knows, whatever other files are beside them", async () => {
    const users = [
      ["ann", GOOD],
      ["bob.b", `${GOOD}:/+`],
      [".hidden", "x"],
      ["..notes", "x"],
    ] as const;
    const tries = [`ann:${GOOD}`, `bob.b:${GOOD}:/+`, "ann:", `bob.b:${GOOD}`, ".hidden:x", `ann:${GOOD} `, "", ":"];
    expect(await look(users, tries)).toEqual({
      stored: [`ann:${GOOD}`, `bob.b:${GOOD}:/+`],
      entered: [true, true, false, false, false, false, false, false],
    });
  });

  test.each([
    [
      "no users",
      [],
      /has no users, and without log-ins Flower is open to everybody\. Give the Secret at least one key/,
    ],
    ["only hidden files", [[".ann", GOOD]], /has no users/],
    ["a colon in a name", [["a:b", GOOD]], /The user 'a:b' in FOLDER has a colon/],
    ["a comma in a name", [["a,b", GOOD]], /The user 'a,b' in FOLDER has a comma/],
    ["a space in a name", [["a b", GOOD]], /The user 'a b' in FOLDER has a space/],
    ["a name that is not ASCII", [["añ", GOOD]], /The user 'a\\xf1' in FOLDER .* not ASCII/],
    ["a control character in a name", [["a\nb", GOOD]], /The user 'a\\nb' in FOLDER has a control character/],
    ["an empty password", [["ann", ""]], /password of the user 'ann' in FOLDER is empty/],
    [
      "a password that `echo` made",
      [["ann", `${GOOD}\n`]],
      /'ann' .* ends in a line break.*`echo` adds one, `printf %s`/,
    ],
    ["a comma in a password", [["ann", `${GOOD},x`]], /'ann' .* has a comma/],
    ["a space in a password", [["ann", `${GOOD} x`]], /'ann' .* has a space/],
    ["a password that is not ASCII", [["ann", `${GOOD}ß`]], /'ann' .* not ASCII/],
    ["bytes that are no text", [["ann", new Uint8Array(20).fill(255)]], /'ann' .* not ASCII/],
    ["a control character in a password", [["ann", `${GOOD}\t.`]], /'ann' .* has a control character/],
    ["a short password", [["ann", "elevenchars"]], /'ann' .* is shorter than 12 characters/],
    ["a password too long for nginx", [["ann", "x".repeat(257)]], /'ann' .* is longer than 256 characters/],
    [
      "one bad user of two",
      [
        ["ann", GOOD],
        ["bob", "short"],
      ],
      /'bob' .* is shorter/,
    ],
  ] as [string, [string, string | Uint8Array][], RegExp][])("are refused with %s", async (_case, users, sentence) => {
    const { refused } = await look(users);
    expect(refused).toMatch(sentence);
    expect(refused).not.toContain(GOOD);
  });

  test("are refused, or make exactly the log-ins that were meant: of any names and contents", async () => {
    const awkward = fc.constantFrom("a", "b", ":", ",", " ", "\n", "é", "..", "\t", "=", '"', "'", "$", "\\", "%", "0");
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.string({ maxLength: 4 }) },
      awkward,
      fc.string({ unit: "binary", maxLength: 3 }),
    );
    const name = fc
      .array(piece, { minLength: 1, maxLength: 4 })
      .map((pieces) => wellFormed(pieces.join("")).replaceAll("/", "").replaceAll("\0", ""))
      .filter((text) => text !== "" && text !== "." && text !== ".." && Buffer.byteLength(text) < 200);
    const password = fc.array(piece, { maxLength: 12 }).map((pieces) => wellFormed(pieces.join("")));
    const long = fc.tuple(password, fc.constantFrom("", GOOD)).map(([text, end]) => text + end);
    const users = fc.uniqueArray(fc.tuple(name, long), { maxLength: 3, selector: ([key]) => key });
    await fc.assert(
      fc.asyncProperty(users, async (given) => {
        const visible = given.filter(([key]) => !key.startsWith("."));
        const meant = visible.map(([key, value]) => `${key}:${value}`);
        const strangers = visible.flatMap(([key, value]) => [`${key}:`, key, ` ${key}:${value}`, ...value.split(",")]);
        const { refused, stored, entered } = await look(given, [
          ...meant,
          ...strangers.filter((text) => !meant.includes(text)),
        ]);
        if (refused !== undefined) {
          for (const [, value] of visible) expect(value.length >= 12 && refused.includes(value)).toBe(false);
          return;
        }
        expect(visible.length).toBeGreaterThan(0);
        expect([...stored!].sort()).toEqual([...meant].sort());
        expect(entered!.slice(0, meant.length)).toEqual(meant.map(() => true));
        expect(entered!.slice(meant.length)).not.toContain(true);
      }),
      { numRuns: 400 },
    );
  });

  test("are never refused when names are a Secret's keys and passwords are plain", async () => {
    const key = fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,30}$/);
    const password = fc.stringMatching(/^[!-+\--~]{12,40}$/);
    await fc.assert(
      fc.asyncProperty(fc.tuple(key, password), async ([user, value]) => {
        expect(await look([[user, value]], [`${user}:${value}`])).toEqual({
          stored: [`${user}:${value}`],
          entered: [true],
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe("Flower's version", () => {
  test.each([
    ["2.2.0", true],
    ["2.2", true],
    ["2.2.0.post1", true],
    ["2.2.0+corp.1", true],
    ["2.2.1", true],
    ["2.10.0", true],
    ["3.0.0rc1", true],
    ["10.0", true],
    ["2.2.0rc1", false],
    ["2.2.0a1", false],
    ["2.2.0.dev0", false],
    ["2.2.0.-dev", false],
    ["2.2.0.post1.dev2", false],
    ["2.1.9", false],
    ["2.1.0", false],
    ["1.2.0", false],
    ["0.9.7", false],
    ["", false],
    ["main", false],
  ])("%s is recent enough for 2.2.0: %s", async (version, recent) => {
    expect(await ask({ version, minimum: "2.2.0" })).toEqual({ recent });
  });
});
