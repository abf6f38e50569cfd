import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as grammar from "../../../components/rules/grammar";
import { hostileText, SPECIAL } from "./hostileText";

interface Grammar {
  readonly accepts: (value: string) => boolean;
  readonly legal: readonly string[];
  readonly refused: readonly string[];
  /** Whether a credential: it goes into a Secret only, where every printable character may stand. */
  readonly anyPrintable?: true;
}

const label = (length: number) => "a".repeat(length);

const GRAMMARS: Readonly<Record<string, Grammar>> = {
  isDnsName: {
    accepts: grammar.isDnsName,
    legal: ["a", "queues.example.com", "xn--bcher-kva.example", "0a.b-c", `${label(63)}.com`, "flower.localhost"],
    refused: ["", ".", "a.", ".a", "a..b", "A", "a_b", "-a", "a-", "a b", "a:1", "*.a", "~a", "10.0.0.1", "1", "::1"],
  },
  isObjectName: {
    accepts: grammar.isObjectName,
    legal: ["a", "10", "celery-broker", "a.b"],
    refused: ["", "A", "a_b", "a/b", "../a", "a.", "-a", `${label(63)}.`.repeat(4)],
  },
  isDnsLabel: {
    accepts: grammar.isDnsLabel,
    legal: ["a", "a-1", "0", label(63)],
    refused: ["", "a.b", "A", "-a", "a-", label(64), "a_b"],
  },
  isUserName: {
    accepts: grammar.isUserName,
    legal: ["ana", "Ben_2.x-y", "0", label(64)],
    refused: ["", ".ana", "..", "-ana", "_ana", "a:b", "a,b", "a b", "a/b", "ä", label(65), "a@b"],
  },
  isSecretKey: {
    accepts: grammar.isSecretKey,
    legal: ["url", "a.b-c_d", "-", label(253)],
    refused: ["", "a/b", "a b", label(254), "ä"],
  },
  isUrlPrefix: {
    accepts: grammar.isUrlPrefix,
    legal: ["flower", "a/b/c", "_x-1", label(128)],
    refused: ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a.b", "-a", "a/-b", "%2e", "a;b", "~a", label(129)],
  },
  isLabelValue: {
    accepts: grammar.isLabelValue,
    legal: ["", "a", "A.b_c-1", label(63)],
    refused: ["-a", "a-", ".a", "a b", "a/b", label(64), "ä"],
  },
  isLabelKey: {
    accepts: grammar.isLabelKey,
    legal: ["app", "app.kubernetes.io/name", "A_b"],
    refused: ["", "/a", "a/", "a/b/c", "A.com/x", "a b", "-a", "10.0.0.1/x"],
  },
  isQuantity: {
    accepts: grammar.isQuantity,
    legal: ["1", "250m", "1.5Gi", "128Mi", "1e3"],
    refused: ["", "1 Gi", "1GB", "-1", "Mi", "1,5", "1K", "0x10", "∞"],
  },
  isColumn: {
    accepts: grammar.isColumn,
    legal: ["name", "eta", "root_id"],
    refused: ["", "Name", "a,b", "a b", "a-b", "a1"],
  },
  isImage: {
    accepts: grammar.isImage,
    legal: ["nginx", "docker.io/mher/flower:2.2.0", "r:5000/a/b:C", `a@sha256:${"0".repeat(64)}`],
    refused: ["", "A", "a b", "a@sha256:0", "https://a b", "a@b", "/a", label(513)],
  },
  cidrFault: {
    accepts: (value) => grammar.cidrFault(value) === undefined,
    legal: ["0.0.0.0/0", "10.0.0.0/8", "192.0.2.1/32", "::/0", "2001:db8::/32", "FC00::/7", "::ffff:a00:0/104"],
    refused: [
      "",
      "/",
      "10.0.0.1",
      "10.0.0.1/8",
      "10/8",
      "010.0.0.0/8",
      "0xa.0.0.0/8",
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/8/8",
      "10.0.0.0/08x",
      "::/129",
      "2001:db8:0::/32",
      "fe80::1%eth0/64",
      "256.0.0.0/8",
      "10.0.0.0/8;",
    ],
  },
  isBrokerUrl: {
    accepts: grammar.isBrokerUrl,
    legal: ["redis://r", "rediss://:p@r:6380/0", "amqp://u:p%2F@r//", "amqps://a;amqps://b"],
    refused: ["", "redis:", "redis://", "http://r", "sqs://", "redis://a b", "redis://ä", "redis://a;", "redis://a\n"],
    anyPrintable: true,
  },
  isHttpUrl: {
    accepts: grammar.isHttpUrl,
    legal: ["http://r", "https://user:p@r:15671/api/"],
    refused: ["", "https://", "amqp://r", "ftp://r", "https://a b", "https://ä", "https://a\n", "HTTPS://r"],
    anyPrintable: true,
  },
};

describe.each(Object.entries(GRAMMARS))("%s", (_, { accepts, legal, refused, anyPrintable }) => {
  test.each(legal.map((value) => [value]))("accepts %j", (value) => {
    expect(accepts(value)).toBe(true);
  });

  test.each(refused.map((value) => [value]))("refuses %j", (value) => {
    expect(accepts(value)).toBe(false);
  });

  test.each(["\n", "\r\n", "\0", " ", "\t"])("refuses a legal value before or after %j", (extra) => {
    for (const value of legal) {
      expect([value, accepts(value + extra), accepts(extra + value)]).toEqual([value, false, false]);
    }
  });

  test("accepts nothing in which a file or list could be broken out of, whatever is tried", () => {
    const printable = /^[!-~]+$/;
    const carried = (value: string) =>
      anyPrintable ? printable.test(value) : !SPECIAL.some((character) => value.includes(character));
    fc.assert(
      fc.property(hostileText(...legal), (value) => {
        fc.pre(accepts(value));
        expect(value === "" || printable.test(value)).toBe(true);
        expect(carried(value)).toBe(true);
      }),
      { numRuns: 1000, maxSkipsPerRun: 100 },
    );
  });
});

describe("a CIDR range's fault", () => {
  test.each([
    ["10.0.0.1", "has no mask; write 10.0.0.1/32"],
    ["::1", "has no mask; write ::1/128"],
    ["queues", "is not a CIDR range; write one such as 10.0.0.0/8"],
    ["10.0.0.0/33", "is not a CIDR range; write one such as 10.0.0.0/8 or 2001:db8::/32"],
    ["10.1.2.3/8", "has bits outside its mask or is not in its short form; write 10.0.0.0/8"],
    ["2001:0db8::1/32", "has bits outside its mask or is not in its short form; write 2001:db8::/32"],
  ])("%s %s", (value, fault) => {
    expect(grammar.cidrFault(value)).toBe(fault);
  });

  test("is gone once its advice is taken", () => {
    const range = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat({ max: 32 })).map(([address, bits]) => `${address}/${bits}`),
      fc.tuple(fc.ipV6(), fc.nat({ max: 128 })).map(([address, bits]) => `${address}/${bits}`),
    );
    fc.assert(
      fc.property(range, (value) => {
        const advice = /write (\S+)$/.exec(grammar.cidrFault(value) ?? `write ${value}`)?.[1] ?? "";
        expect([value, advice, grammar.cidrFault(advice)]).toEqual([value, advice, undefined]);
      }),
    );
  });
});

test.each([
  ["10.1.0.0/16", "10.0.0.0/8", true],
  ["10.0.0.0/8", "10.0.0.0/8", true],
  ["10.0.0.0/8", "10.1.0.0/16", false],
  ["11.0.0.0/16", "10.0.0.0/8", false],
  ["::/0", "0.0.0.0/0", false],
  ["2001:db8:1::/48", "2001:db8::/32", true],
])("%s lies within %s: %s", (inner, outer, within) => {
  expect(grammar.isWithin(inner, outer)).toBe(within);
});
