import { describe, expect, test } from "vitest";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { changed, full, modelOf } from "../arguments";
import { directivesOf, parseNginx } from "./tokens";

describe("the reader of nginx.conf splits words as nginx does", () => {
  test.each([
    ["a;", [["a"]]],
    [" a  b\n\tc ; # not; this\nd;", [["a", "b", "c"], ["d"]]], // prettier-ignore
    ['a "b c;{}#" \'d"e\';', [["a", "b c;{}#", 'd"e']]],
    ['a "b\\"c" d\\;e \\n;', [["a", 'b"c', "d\\;e", "\n"]]],
    ['a b"c#d;', [["a", 'b"c#d']]],
  ])("%j", (text, words) => {
    expect(parseNginx(text).map((directive) => directive.words)).toEqual(words);
  });

  test("reads blocks within blocks", () => {
    expect(parseNginx("a { b c; d {} }")).toEqual([
      {
        words: ["a"],
        block: [
          { words: ["b", "c"], block: undefined },
          { words: ["d"], block: [] },
        ],
      },
    ]);
  });

  test.each(["a", "a }", "}", "a; }", "{", "a { b;", 'a "b', 'a "b"c;', "a { b }", 'a "b\\'])(
    "and refuses %j",
    (text) => {
      expect(() => parseNginx(text)).toThrow(/unexpected/);
    },
  );
});

describe("the reader would see an injection", () => {
  const names = (host: string) =>
    directivesOf(parseNginx(nginxConfig(modelOf(changed(full, { host })))), "server_name");

  test.each(["a; listen 80", "a\n  b", "a b", 'a" b'])(
    "a host that no rule has judged makes other words: %j",
    (host) => {
      let found: string[];
      try {
        found = names(host).flatMap(({ words }) => words.slice(1));
      } catch {
        found = ["nginx would not start"];
      }
      expect(found).not.toContain(host);
    },
  );

  test("and a harmless one stays itself", () => {
    expect(names("a.example").map(({ words }) => words[1])).toContain("a.example");
  });
});
