import { describe, expect, test } from "vitest";
import { headerFaults } from "../../../verify/checks/headerRules";

const GOOD: Readonly<Record<string, readonly string[]>> = {
  "strict-transport-security": ["max-age=31536000; includeSubDomains"],
  "x-frame-options": ["DENY"],
  "x-content-type-options": ["nosniff"],
  "content-security-policy": ["default-src 'none'; script-src 'self' 'sha256-AAAA='; frame-ancestors 'none'"],
  "referrer-policy": ["no-referrer"],
};

describe("the security headers", () => {
  test("have no fault when all are as they should be", () => {
    expect(headerFaults(GOOD)).toEqual([]);
  });

  test("may be sent twice, by the controller and by the pod, if both say it", () => {
    expect(headerFaults({ ...GOOD, "x-frame-options": ["DENY", "DENY"] })).toEqual([]);
    expect(headerFaults({ ...GOOD, "x-frame-options": ["DENY, SAMEORIGIN"] })).toEqual(["X-Frame-Options: not DENY"]);
  });

  test.each(Object.keys(GOOD))("are at fault if one is missing: %s", (name) => {
    expect(headerFaults({ ...GOOD, [name]: undefined })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: missing$`, "i")),
    ]);
  });

  test.each([
    ["strict-transport-security", "max-age=60", /less than half a year/],
    ["strict-transport-security", "includeSubDomains", /no max-age/],
    ["x-frame-options", "SAMEORIGIN", /not DENY/],
    ["x-content-type-options", "sniff", /not nosniff/],
    ["referrer-policy", "unsafe-url", /whole addresses/],
    ["content-security-policy", "script-src 'self'", /frame-ancestors/],
    ["content-security-policy", "script-src 'self'; frame-ancestors 'self'", /frame-ancestors/],
    ["content-security-policy", "frame-ancestors 'none'", /script-src/],
    ["content-security-policy", "script-src 'self' 'unsafe-inline'; frame-ancestors 'none'", /script-src/],
    ["content-security-policy", "default-src https:; frame-ancestors 'none'", /script-src/],
    ["content-security-policy", "script-src *; script-src 'self'; frame-ancestors 'none'", /script-src/],
  ])("are at fault with %s: %s", (name, value, fault) => {
    expect(headerFaults({ ...GOOD, [name]: [value] })).toEqual([expect.stringMatching(fault)]);
  });

  test("are judged by the strictest of several policies, as a browser enforces all of them", () => {
    const policies = ["frame-ancestors 'none'", "script-src 'self'"];
    expect(headerFaults({ ...GOOD, "content-security-policy": policies })).toEqual([]);
  });
});
