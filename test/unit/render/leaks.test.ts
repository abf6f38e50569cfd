import { describe, expect, test } from "vitest";
import { findLeaks } from "../../../local/render/leaks";
import { type KubernetesObject, type MarkedObject } from "../../../local/render/objects";
import { PLACEHOLDER, redact, secretValues } from "../../../local/render/secrets";

const VALUE = "vT9-x_Q2mKz8";
const KNOWN = [{ value: VALUE, origin: "the password" }];

function configMap(data: Record<string, unknown>, secretPaths: string[] = []): MarkedObject {
  return {
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings", namespace: "flower" }, data },
    secretPaths,
  };
}

function secret(stringData: Record<string, string>, rest: Partial<KubernetesObject> = {}): MarkedObject {
  const object = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "login", namespace: "flower" },
    stringData,
    ...rest,
  };
  return { object, secretPaths: ["stringData"] };
}

describe("a known secret outside of a Secret is found", () => {
  test.each([
    ["alone", VALUE],
    ["within a text", `redis://:${VALUE}@redis:6379/0`],
    ["in base64", Buffer.from(`ana:${VALUE}`).toString("base64")],
    ["in base64 within a text", `Basic ${Buffer.from(`ana:${VALUE}`).toString("base64")} #`],
    [
      "percent-encoded",
      Array.from(VALUE)
        .map((letter) => `%${letter.charCodeAt(0).toString(16)}`)
        .join(""),
    ],
  ])("%s", (_, text) => {
    expect(findLeaks([configMap({ a: "b", "nginx.conf": text })], KNOWN)).toEqual([
      'ConfigMap flower/settings: data["nginx.conf"] contains the password',
    ]);
  });

  test("as a key, deep in a list, and in a Secret's annotations", () => {
    const annotated = secret({ key: VALUE }, { metadata: { name: "login", annotations: { hint: VALUE } } });

    expect(findLeaks([configMap({ [VALUE]: "1" })], KNOWN)).toHaveLength(1);
    expect(findLeaks([configMap({ list: [{}, { deep: [VALUE] }] })], KNOWN)).toEqual([
      "ConfigMap flower/settings: data.list[1].deep[0] contains the password",
    ]);
    expect(findLeaks([annotated], KNOWN)).toEqual(["Secret login: metadata.annotations.hint contains the password"]);
  });

  test("by the password of a URL alone, and by a line of a private key", () => {
    const line = "MHcCAQEEIJ3n3kXWmF5w9oAwGP0kq4NQb8rTzQ0v3cVt0V5oAoGCCqGSM49AwEHoUQ";
    const key = `-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n${line}\nAQ==\n-----END EC PRIVATE KEY-----\n`;
    const known = [
      { value: `amqp://ana:${VALUE}@rabbit:5672//`, origin: "the broker URL" },
      { value: key, origin: "the key" },
    ];

    expect(findLeaks([configMap({ a: `requirepass ${VALUE}` })], known)).toEqual([
      "ConfigMap flower/settings: data.a contains the broker URL",
    ]);
    expect(findLeaks([configMap({ a: `key = ${line}` })], known)).toEqual([
      "ConfigMap flower/settings: data.a contains the key",
    ]);
  });

  test("and the message does not repeat it", () => {
    expect(findLeaks([configMap({ a: VALUE })], KNOWN).join()).not.toContain(VALUE);
  });
});

describe("a value that only a Secret holds is found elsewhere", () => {
  test("from stringData and from data", () => {
    const encoded = secret({}, { data: { password: Buffer.from(VALUE).toString("base64") } });
    const leaks = ["ConfigMap flower/settings: data.a contains the value data.password of Secret flower/login"];

    expect(findLeaks([encoded, configMap({ a: VALUE })], [])).toEqual(leaks);
    expect(findLeaks([secret({ password: VALUE }), configMap({ a: VALUE })], [])).toHaveLength(1);
  });

  test.each([
    ["a certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
    ["a host name", "redis.flower.svc.cluster.local"],
    ["a URL without credentials", "redis://redis:6379/0"],
    ["a user's name", "flower-admin"],
    ["a short number", "6379"],
  ])("but %s may be there", (_, text) => {
    expect(findLeaks([secret({ key: text }), configMap({ key: text })], [])).toEqual([]);
  });
});

describe("what Pulumi holds secret", () => {
  test("is refused anywhere but in the values of a Secret", () => {
    expect(findLeaks([configMap({ a: "12" }, ["data.a"])], [])).toEqual([
      "ConfigMap flower/settings: Pulumi holds data.a secret",
    ]);
    expect(findLeaks([secret({ a: "12" })], [])).toEqual([]);
    expect(findLeaks([{ ...secret({ a: "12" }), secretPaths: ["metadata.annotations.a"] }], [])).toHaveLength(1);
  });

  test("is told once, where its value is found", () => {
    expect(findLeaks([configMap({ a: VALUE }, ["data.a"])], KNOWN)).toEqual([
      "ConfigMap flower/settings: data.a contains the password",
    ]);
  });
});

describe("redaction", () => {
  test("replaces every value of a Secret and keeps its keys", () => {
    const { object } = secret({ ana: VALUE }, { data: { ben: Buffer.from(VALUE).toString("base64") } });
    const redacted = redact(object);

    expect(secretValues(redacted)).toEqual([
      { path: "data.ben", value: PLACEHOLDER },
      { path: "stringData.ana", value: PLACEHOLDER },
    ]);
    expect(redacted.metadata).toEqual(object.metadata);
  });

  test("leaves other objects alone", () => {
    const { object } = configMap({ a: "b" });

    expect(redact(object)).toBe(object);
  });

  test("puts a text in place that no credential of ours may look like", () => {
    expect(PLACEHOLDER).toMatch(/ /);
  });
});
