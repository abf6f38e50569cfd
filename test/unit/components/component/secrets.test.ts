import { Output, output, secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { FlowerDashboardArgs } from "../../../../components/args";
import type { RecordedResource, Recording } from "../../../../testing";
import { valueOf } from "../../../../testing";
import { changed, existing, full, minimal, signIn, signInFully, withAdmin } from "../arguments";
import { childrenOf, dataOf, label, recordDashboard, templateOf } from "./recorded";

const CASES: readonly (readonly [string, FlowerDashboardArgs])[] = [
  ["viewers only", changed(minimal, { "broker.url": secret(minimal.broker.url) })],
  ["admins and a self-signed certificate", changed(withAdmin, { tls: { selfSigned: true } })],
  ["existing Secrets", existing],
  ["sign-in", changed(signIn, { "auth.oauth.clientSecret": secret("client-password") })],
  ["every member, for traefik", changed(full, { "ingress.controller": "traefik" })],
];

/** Every value that nobody may read: what was generated, what signs, and the broker's own. */
function secretValues({ resources }: Recording<unknown>): string[] {
  const generated = resources.flatMap(({ outputs = {}, secretOutputs = [] }) =>
    secretOutputs.map((path) => (outputs as Record<string, unknown>)[path]),
  );
  const texts = generated.flatMap((value) =>
    typeof value === "object" && value !== null ? Object.values(value) : value,
  );
  return [
    ...texts.filter((value) => typeof value === "string" && value !== ""),
    "broker-password",
    "api-password",
    "client-password",
  ] as string[];
}

/** Where secrets belong: Secrets, and the providers that make keys and certificates of keys. */
function mayHoldSecrets({ type }: RecordedResource): boolean {
  return type === "kubernetes:core/v1:Secret" || /^(?:tls|random):/.test(type);
}

describe.each(CASES)("a dashboard with %s", (_, args) => {
  test("holds no secret value in any object but its Secrets", async () => {
    const recording = await recordDashboard(args);
    const values = secretValues(recording);
    expect(values.length).toBeGreaterThan(8);
    const others = childrenOf(recording).filter((each) => !mayHoldSecrets(each));
    const leaks = others.filter(({ inputs }) => values.some((value) => JSON.stringify(inputs).includes(value)));
    expect(leaks.map(label)).toEqual([]);
    const names = childrenOf(recording).map(({ name, inputs }) => JSON.stringify([name, inputs.metadata ?? null]));
    expect(names.filter((text) => values.some((value) => text.includes(value)))).toEqual([]);
  });

  test("marks the data of its Secrets secret, and nothing of its other objects", async () => {
    for (const child of childrenOf(await recordDashboard(args))) {
      const marked = child.secretInputs.map((path) => path.replace(/[.[].*/, ""));
      const expected = child.type === "kubernetes:core/v1:Secret" ? ["stringData"] : [];
      const keys = marked.filter((member) => !/^(?:p|caP)rivateKeyPem$/.test(member) || !mayHoldSecrets(child));
      expect([label(child), [...new Set(keys)]]).toEqual([label(child), expected]);
    }
  });

  test("has no output that is secret or holds a secret value", async () => {
    const recording = await recordDashboard(args);
    const outputs = Object.entries(recording.result).filter(
      ([name, value]) => Output.isInstance(value) && name !== "urn",
    );
    expect(outputs.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        "url",
        "namespace",
        "serviceName",
        "credentialSecretNames",
        "clientCertificateSecretName",
      ]),
    );
    for (const [name, value] of outputs) {
      expect([name, await (value as unknown as { isSecret: Promise<boolean> }).isSecret]).toEqual([name, false]);
      const text = JSON.stringify(await valueOf(value as Output<unknown>));
      expect(secretValues(recording).filter((each) => text.includes(each))).toEqual([]);
    }
  });
});

describe("the Secrets", () => {
  test("have a password of 32 letters and digits for each user, and each its own", async () => {
    const recording = await recordDashboard(full);
    const users = ["viewer", "admin"].map((role) => dataOf(recording, `queues-${role}`));
    expect(users.map((each) => Object.keys(each))).toEqual([["Ben_2.x-y", "ana"], ["ada"]]);
    const passwords = users.flatMap((each) => Object.values(each));
    expect(passwords.filter((password) => !/^[A-Za-z0-9]{32}$/.test(password))).toEqual([]);
    expect(new Set(passwords).size).toBe(3);
  });

  test("have a cookie secret of 64 letters and digits for each role", async () => {
    const { viewer, admin } = dataOf(await recordDashboard(withAdmin), "queues-cookie");
    expect([viewer, admin].filter((value = "") => !/^[A-Za-z0-9]{64}$/.test(value))).toEqual([]);
    expect(viewer).not.toBe(admin);
  });

  test("have the broker's URL and management API, marked secret although they came plain", async () => {
    const { find } = await recordDashboard(full);
    const { inputs, secretInputs } = find("kubernetes:core/v1:Secret", "queues-broker");
    expect(inputs.stringData).toEqual({ url: full.broker.url, managementApiUrl: full.broker.managementApiUrl });
    expect(secretInputs).toContain("stringData");
  });

  test("of the broker has the management API alone where the URL is in a Secret that exists", async () => {
    const broker = { urlSecret: { name: "celery-broker", key: "dsn" }, managementApiUrl: "https://u:p@rabbitmq/api/" };
    const recording = await recordDashboard(changed(minimal, { broker }));
    expect(Object.keys(dataOf(recording, "queues-broker"))).toEqual(["managementApiUrl"]);
    const env = templateOf(recording).spec.containers[0]?.env ?? [];
    const reference = (name: string) => env.find((each) => each.name === name)?.valueFrom.secretKeyRef;
    expect(reference("CELERY_BROKER_URL")).toEqual({ name: "celery-broker", key: "dsn" });
    expect(reference("FLOWER_BROKER_API")).toEqual({ name: "queues-broker", key: "managementApiUrl" });
  });

  test("have the client secret of the identity provider, marked secret although it came plain", async () => {
    const { find, result } = await recordDashboard(signIn);
    const { inputs, secretInputs } = find("kubernetes:core/v1:Secret", "queues-oauth");
    expect(inputs.stringData).toEqual({ clientSecret: "client-password" });
    expect(secretInputs).toContain("stringData");
    const names = { oauth: "queues-oauth", broker: "queues-broker", cookie: "queues-cookie" };
    expect(await valueOf(result.credentialSecretNames)).toEqual(names);
  });

  test("have no copy of a client secret in a Secret that exists", async () => {
    const recording = await recordDashboard(
      changed(signInFully, { "auth.oauth.clientSecretRef": { name: output("late-oauth"), key: output("late-key") } }),
    );
    const volume = templateOf(recording).spec.volumes.find(({ name }) => name === "oauth-client");
    expect(volume?.secret).toMatchObject({
      secretName: "late-oauth",
      items: [{ key: "late-key", path: "client-secret" }],
    });
    expect(await valueOf(recording.result.credentialSecretNames)).toMatchObject({ oauth: "late-oauth" });
  });

  test("that exist may be named by Outputs", async () => {
    const { find, result } = await recordDashboard(
      changed(existing, {
        "auth.basic.existingSecrets": { viewer: output("late-viewers"), admin: output("late-admins") },
        "broker.urlSecret": { name: output("late-broker"), key: output("late-key") },
      }),
    );
    const text = JSON.stringify(find("kubernetes:apps/v1:Deployment").inputs);
    expect(["late-viewers", "late-admins", "late-broker", "late-key"].filter((name) => !text.includes(name))).toEqual(
      [],
    );
    expect(await valueOf(result.credentialSecretNames)).toEqual({
      viewer: "late-viewers",
      admin: "late-admins",
      broker: "late-broker",
      cookie: "queues-cookie",
    });
  });

  test("of certificates have a key that signs and no key of the CA", async () => {
    const recording = await recordDashboard(minimal);
    const caKey = recording.find("tls:index/privateKey:PrivateKey", "queues-ca").outputs?.privateKeyPem as string;
    for (const name of ["queues-server-tls", "queues-client-tls"]) {
      expect(recording.find("kubernetes:core/v1:Secret", name).inputs.type).toBe("kubernetes.io/tls");
      const data = dataOf(recording, name);
      expect(Object.keys(data).sort()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
      expect(JSON.stringify(data)).not.toContain(caKey.split("\n")[1]);
    }
  });
});
