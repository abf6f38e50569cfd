import { describe, expect, test } from "vitest";
import { withoutSecrets } from "../../../verify/redaction";

describe("text that a server had a say in", () => {
  test("loses every secret, the longer of two that overlap as a whole", () => {
    expect(withoutSecrets("a=hush&b=hush-hush", ["hush", "hush-hush"])).toBe("a=[redacted]&b=[redacted]");
  });

  test("loses what would write elsewhere on a terminal or in a log", () => {
    expect(withoutSecrets("302 to \u001b[2J\r\nall live\u202e", [])).toBe("302 to  [2J all live ");
  });

  test("is cut short", () => {
    expect(withoutSecrets("x".repeat(5000), []).length).toBeLessThan(400);
  });
});
