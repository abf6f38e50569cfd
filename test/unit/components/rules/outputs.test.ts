import { output, secret } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type { FlowerDashboardArgs } from "../../../../components/args";
import { problemsOf } from "../../../../components/rules";
import { UNKNOWN } from "../../../../components/rules/paths";
import { plainPart, STRUCTURE } from "../../../../components/rules/plainPart";
import { changed, existing, full, minimal, signIn, signInFully, signInWithOkta, withAdmin } from "../arguments";
import { refusal } from "../refusal";

/** The component itself is registered before its arguments are known. */
const HARMLESS = /^FlowerDashboard queues$/;

/** An argument that is known later, and the path and words of the refusal. */
const LATE: readonly (readonly [string, FlowerDashboardArgs, unknown, string])[] = [
  ["host", minimal, "A B", '"A B" is not a lower-case DNS name'],
  ["host", minimal, undefined, "is missing; write the public DNS name"],
  ["namespace", minimal, "a.b", '"a.b" is not the name of a namespace'],
  ["allowedSourceRanges", minimal, ["10.0.0.1"], 'allowedSourceRanges[0]: "10.0.0.1" has no mask'],
  ["allowedSourceRanges[0]", minimal, "10.0.0.1/8", '"10.0.0.1/8" has bits outside its mask'],
  ["trustedProxyRanges", minimal, ["0.0.0.0/0"], '"0.0.0.0/0" trusts so many addresses'],
  ["admin.host", withAdmin, "queues.example.com", "is the viewers' host too"],
  ["admin.allowedSourceRanges", withAdmin, [], "[] is empty"],
  ["auth.basic.existingSecrets.admin", existing, "flower-viewers", "is the viewers' Secret too"],
  ["auth.basic.existingSecrets.viewer", existing, undefined, "is missing; write the name of the Secret"],
  ["auth.oauth.clientId", signIn, "a b", '"a b" is not a client ID'],
  ["auth.oauth.viewers[0]", signIn, "*@gmail.com", '"*@gmail.com" lets in everybody'],
  ["auth.oauth.viewers[1]", signIn, "ana@example.com", "has a wildcard beside others"],
  ["auth.oauth.gitlabHost", signInFully, "A", '"A" is not a host'],
  ["auth.oauth.clientSecretRef.key", signInFully, "a/b", '"a/b" is not a key of a Secret'],
  ["auth.oauth.oktaBaseUrl", signInWithOkta, undefined, "is missing; write Okta's authorization server"],
  ["broker.urlSecret.key", existing, "a/b", '"a/b" is not a key of a Secret'],
  ["broker.caSecret", full, "A", '"A" is not the name of a Secret'],
  ["broker.peers[0].cidr", full, "10.1.0.1/16", "has bits outside its mask"],
  ["tls.secretName", minimal, "A", '"A" is not the name of a Kubernetes object'],
  ["tls.secretName", minimal, undefined, "tls: names no certificate"],
  ["ingress.annotations", minimal, { "cert-manager.io/issuer": "x" }, "sets cert-manager.io/issuer, which carries"],
  ["flower.image", full, "a b", '"a b" is not an image reference'],
  ["pod.labels", full, { "app.kubernetes.io/name": "x" }, "sets app.kubernetes.io/name, which carries a control"],
];

describe("an argument that turns out wrong when it is known", () => {
  test.each(LATE)("%s: nothing is made that depends on it", async (path, base, value, says) => {
    const { message, registered } = await refusal(changed(base, { [path]: output(value) }));
    expect(message).toContain(says);
    expect(message).toContain('FlowerDashboard "queues" has a wrong argument:');
    expect(registered.filter((each) => !HARMLESS.test(each))).toEqual([]);
  });

  test("is told together with the others that are known by then", async () => {
    const { message } = await refusal(changed(withAdmin, { host: output("A B"), "admin.host": output("C D") }));
    expect(message).toMatch(/has 2 wrong arguments:\n {2}host: "A B" .*\n {2}admin.host: "C D" /);
  });

  test("is told before it is known what else is wrong and plain, and then nothing at all is made", async () => {
    const { message, registered } = await refusal(changed(minimal, { host: output("A B"), urlPrefix: "/" }));
    expect(message).toContain("urlPrefix");
    expect(registered).toEqual([]);
  });
});

describe("a credential that turns out wrong when it is known", () => {
  test.each([
    ["url", secret("http://:hunter2@redis"), "is not a broker URL"],
    ["url", output(undefined), "is not a broker URL"],
    ["managementApiUrl", secret("amqp://:hunter2@rabbitmq"), "is not an http or https URL"],
    ["managementApiUrl", output(null), "is not an http or https URL"],
  ])("broker.%s gates the broker's Secret and the pod, and is not shown", async (member, value, says) => {
    const { message, registered } = await refusal(changed(minimal, { [`broker.${member}`]: value }));
    expect(message).toContain(`broker.${member}: the value (not shown, being a secret) ${says}`);
    expect(message).not.toContain("hunter2");
    expect(registered.filter((each) => /Secret queues-broker|Deployment/.test(each))).toEqual([]);
    expect(registered).toContain("Service queues");
  });

  test("gates the client secret's Secret and the pod, and is not shown", async () => {
    for (const value of [secret("hunter2\n"), output(undefined)]) {
      const { message, registered } = await refusal(changed(signIn, { "auth.oauth.clientSecret": value }));
      expect(message).toContain(
        "auth.oauth.clientSecret: the value (not shown, being a secret) is not a client secret",
      );
      expect(message).not.toContain("hunter2");
      expect(registered.filter((each) => /Secret queues-oauth|Deployment/.test(each))).toEqual([]);
      expect(registered).toContain("Service queues");
    }
  });

  test("is held against the CA although the URL is known last", async () => {
    const url = secret("redis://:hunter2@redis");
    const { message } = await refusal(changed(minimal, { broker: { url, caSecret: output("broker-ca") } }));
    expect(message).toContain("is not a TLS URL although broker.caSecret is given");
    expect(message).not.toContain("hunter2");
  });
});

describe("what decides which objects exist", () => {
  test.each(STRUCTURE)("must be plain: %s", async (pattern) => {
    const path = pattern.replace("[*]", "[0]");
    const { message, registered } = await refusal(changed(full, { [path]: output(false) }));
    expect(message).toContain(`  ${path}: is an Output or a promise; write it plain, since it decides which objects`);
    expect(registered).toEqual([]);
  });

  test("may not be a promise either", () => {
    const args = changed(minimal, { networkPolicy: { disabled: Promise.resolve(false) } });
    expect(problemsOf("queues", plainPart(args))).toEqual([
      { path: "networkPolicy.disabled", reason: expect.stringContaining("is an Output or a promise") },
    ]);
  });
});

describe("values that are not known yet", () => {
  test.each(["host", "allowedSourceRanges", "trustedProxyRanges[0]", "broker.url", "pod.labels", "pod.nodeSelector"])(
    "are not judged: %s",
    (path) => {
      expect(problemsOf("queues", changed(full, { [path]: UNKNOWN }))).toEqual([]);
    },
  );

  test("do not count as the same value twice", () => {
    const args = changed(minimal, { allowedSourceRanges: [output("10.0.0.0/8"), output("172.16.0.0/12")] });
    expect(problemsOf("queues", plainPart(args))).toEqual([]);
  });

  test("count as given", () => {
    const both = changed(minimal, { "broker.urlSecret": { name: output("a"), key: "url" }, "broker.url": secret("x") });
    expect(problemsOf("queues", plainPart(both)).map(({ path }) => path)).toEqual(["broker"]);
  });
});
