import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, parseUsers, readConnection, readUsers, usersFromEnvironment } from "../../../verify";

const VERA = { name: "vera", password: "hush:hush", role: "viewer" } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "verify-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** What a call throws, as text. */
function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("log-ins", () => {
  test("are read from a list", () => {
    expect(parseUsers(JSON.stringify([VERA]), "stdin")).toEqual([VERA]);
    expect(readUsers(file("users.json", [VERA]))).toEqual([VERA]);
  });

  test("are read from the environment, up to the first colon", () => {
    expect(usersFromEnvironment({ SECURE_FLOWER_VIEWER: "vera:hush:hush" })).toEqual([VERA]);
    expect(usersFromEnvironment({ SECURE_FLOWER_ADMIN: "adam:x" })).toEqual([
      { name: "adam", password: "x", role: "admin" },
    ]);
    expect(usersFromEnvironment({})).toEqual([]);
  });

  test("are sessions where people sign in with a provider, from a list or the environment", () => {
    const session = "2|1:0|10:1700000000|4:user|4:YW5h|0a";
    const entry = { name: "ana", session, role: "viewer" };
    const user = { name: "ana", password: "", session, role: "viewer" };
    expect(parseUsers(JSON.stringify([entry]), "stdin")).toEqual([user]);
    const variables = { SECURE_FLOWER_VIEWER: "vera:hush", SECURE_FLOWER_VIEWER_SESSION: session };
    expect(usersFromEnvironment(variables)).toEqual([{ ...user, name: "session of a viewer" }]);
    expect(usersFromEnvironment({ SECURE_FLOWER_ADMIN_SESSION: "" })).toEqual([]);
  });

  test.each([
    ["with a password too", { session: "hush-hush", password: "hush-hush" }],
    ["that is empty", { session: "" }],
    ["that would be another cookie", { session: "hush-hush; role=admin" }],
    ["that would be another header", { session: "hush-hush\r\nX: y" }],
    ["that is no text", { session: ["hush-hush"] }],
  ])("with a session %s are refused without quoting it", (_what, fields) => {
    const text = JSON.stringify([{ name: "vera", role: "viewer", ...fields }]);
    const message = messageOf(() => parseUsers(text, "standard input"));
    expect(message).toMatch(/entry 1 of standard input is no log-in: it must be .*"session"/);
    expect(message).not.toMatch(/hush/);
  });

  test.each(["a b", "x;y", "x\ny", '"x"'])("in the environment are refused as a session: %j", (session) => {
    const message = messageOf(() => usersFromEnvironment({ SECURE_FLOWER_ADMIN_SESSION: session }));
    expect(message).toBe("SECURE_FLOWER_ADMIN_SESSION must be the value of the cookie __Host-user");
  });

  test.each([
    ["no JSON", '[{"name":"vera","password":"hush-hush",}'],
    ["no list", '{"name":"vera","password":"hush-hush"}'],
    ["no such role", '[{"name":"vera","password":"hush-hush","role":"owner"}]'],
    ["no name", '[{"password":"hush-hush","role":"viewer"}]'],
    ["null", '[null, "hush-hush"]'],
  ])("that are malformed are refused without quoting them: %s", (_what, text) => {
    expect(messageOf(() => parseUsers(text, "standard input"))).toMatch(
      /standard input (is not JSON|must be|is no log-in)/,
    );
    expect(messageOf(() => parseUsers(text, "standard input"))).not.toMatch(/hush/);
  });

  test.each(["hush-hush", ":hush-hush", "hush-hush:"])(
    "in the environment are refused without quoting them: %s",
    (pair) => {
      const message = messageOf(() => usersFromEnvironment({ SECURE_FLOWER_VIEWER: pair }));
      expect(message).toBe("SECURE_FLOWER_VIEWER must be user:password");
    },
  );

  test("that are not there are missed by name", () => {
    expect(messageOf(() => readUsers(join(folder, "none.json")))).toMatch(/none\.json cannot be read/);
  });
});

describe("a connection file", () => {
  test("is a whole target; its authority's file starts at its own folder, and what else it holds is left alone", () => {
    const fields = {
      url: "https://flower.localhost:8443/flower/",
      address: "127.0.0.1",
      caFile: "ca.crt",
      users: [VERA],
    };
    expect(readConnection(file("connection.json", { ...fields, ports: { https: 8443 } }))).toEqual({
      ...fields,
      caFile: join(folder, "ca.crt"),
    });
  });

  test.each([
    ["no JSON", "hush-hush"],
    ["no object", "[]"],
    ["no URL", { users: [VERA] }],
    ["a URL that is no text", { url: 1 }],
    ["users that are none", { url: "https://a/", users: "hush-hush" }],
  ])("is refused without quoting it: %s", (_what, content) => {
    expect(messageOf(() => readConnection(file("bad.json", content)))).toMatch(/bad\.json/);
    expect(messageOf(() => readConnection(file("bad.json", content)))).not.toMatch(/hush/);
  });
});
