import fc from "fast-check";

/** What ends, opens or quotes something in nginx.conf, in Flower's comma-separated settings, in YAML, in a URL or in a shell. */
export const SPECIAL = Array.from(" \t\r\n\0\v;{}()[]\"'`$\\#,|&<>*?!%^~=+");

const FRAGMENTS = [
  ...SPECIAL,
  "..",
  "../",
  "//",
  ": ",
  "- ",
  "${x}",
  "$uri",
  "\\n",
  "\\.",
  "\r\n",
  "\u2028",
  "\u0085",
  "\u00a0",
  "\ufeff",
  "\u0130",
  "é",
  "İ",
  "ａ",
  "．",
  "%0a",
  "%00",
  "; return 200;",
  "} server { listen 80; }",
  "\n}\n",
  " 1; default 1",
  "!!js/function",
  "&a *a",
];

/**
 * Texts that try to break out: special characters alone, arbitrary Unicode, and a legal value with something special put into it at any
 * place, which comes close to passing. One in five is a legal value, so that a property about accepted ones is not empty.
 *
 * @param legal values that the grammar accepts
 */
export function hostileText(...legal: readonly string[]): fc.Arbitrary<string> {
  const fragment = fc.constantFrom(...FRAGMENTS);
  const value = fc.constantFrom(...legal);
  const spoiled = fc
    .tuple(value, fc.nat({ max: 40 }), fragment, fc.boolean())
    .map(([text, at, extra, replace]) => text.slice(0, at) + extra + text.slice(at + (replace ? 1 : 0)));
  return fc.oneof(
    value,
    spoiled,
    fc.string({ unit: fragment, maxLength: 6 }),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.string({ unit: fc.oneof(fragment, fc.constantFrom(...Array.from("abcXYZ019.-_/:@"))), maxLength: 20 }),
  );
}
