import { describe, expect, test } from "vitest";
import type { FlowerDashboardArgs } from "secure-flower";
import { FlowerDashboard } from "secure-flower";
import { judge, RULES } from "../../policy/index";
import { judgeResources, recordResources } from "../../testing";
import {
  bare,
  changed,
  existing,
  full,
  minimal,
  signIn,
  signInFully,
  signInWithOkta,
  withAdmin,
} from "../unit/components/arguments";
import { broken, undecided } from "./fixtures";

const pinned = (name: string): string => `registry.example.com/${name}@sha256:${"c".repeat(64)}`;

/** Every mode of the component, each with images by digest. */
const MODES: readonly (readonly [string, FlowerDashboardArgs])[] = (
  [
    ["viewers only", minimal],
    ["an admin", withAdmin],
    ["Secrets that exist", existing],
    ["a proxy of one's own", bare],
    ["every argument", full],
    ["a self-signed certificate", changed(withAdmin, { tls: { selfSigned: true } })],
    ["a cert-manager issuer", changed(withAdmin, { tls: { certManagerIssuer: "issuer" } })],
    ["a cert-manager cluster issuer", changed(minimal, { tls: { certManagerClusterIssuer: "letsencrypt" } })],
    ["ingress-nginx", changed(withAdmin, { "ingress.controller": "ingress-nginx" })],
    ["HAProxy Ingress", changed(withAdmin, { "ingress.controller": "haproxy" })],
    [
      "the Gateway API",
      changed(withAdmin, { ingress: { controller: "gateway-api", className: "gateways", namespace: "edge" } }),
    ],
    ["metrics", changed(withAdmin, { metrics: { namespace: "monitoring" } })],
    ["sign-in with Google", signIn],
    ["sign-in with a GitLab of one's own", signInFully],
    ["sign-in with Okta", signInWithOkta],
    ["kept history", changed(withAdmin, { persistence: { storageClassName: "encrypted", size: "1Gi" } })],
    [
      "RabbitMQ with TLS",
      changed(minimal, { "broker.url": "amqps://user:pass-word@rabbitmq:5671//", "broker.caSecret": "ca" }),
    ],
  ] as const
).map(([name, args]) => [name, changed(args, { "flower.image": pinned("flower"), "nginx.image": pinned("nginx") })]);

async function judged(args: FlowerDashboardArgs, preview = false) {
  return judgeResources((await recordResources(() => new FlowerDashboard("queues", args), { preview })).resources);
}

describe.each(MODES)("the component with %s", (_, args) => {
  test("keeps every rule, the advisory ones too", async () => {
    const judgement = await judged(args);

    expect(judgement.violations).toEqual([]);
    expect(broken(judgement)).toEqual([]);
    expect(undecided(judgement)).toEqual([]);
    expect(judgement.flowers).toBe(1);
  });

  test("breaks none in a first preview, where much is not known", async () => {
    const judgement = await judged(args, true);

    expect(broken(judgement)).toEqual([]);
    expect(judgement.flowers).toBe(1);
  });
});

describe("the component", () => {
  test("with its default images is told to pin them, and nothing else", async () => {
    expect(broken(await judged(withAdmin))).toEqual(["version-digest"]);
  });

  test("without its NetworkPolicy breaks the rule of isolation: switching it off is for the allow-list", async () => {
    const judgement = await judged(changed(minimal, { networkPolicy: { disabled: true } }));
    expect(broken(judgement, "mandatory")).toEqual(["isolation"]);
  });
});

describe("whoever copies the looks of the component", () => {
  const copies: readonly (readonly [string, (text: string) => string, string])[] = [
    [
      "with a start script of their own",
      (text) => text.replaceAll("sys.exit(importlib", "pass; sys.exit(importlib"),
      "authentication",
    ],
    [
      "with users from a ConfigMap",
      (text) =>
        text.replace(/"secret":\{"defaultMode":288,"secretName":"queues-viewer[^}]*\}/, '"configMap":{"name":"x"}'),
      "authentication",
    ],
    [
      "with one Secret for both roles",
      (text) => text.replaceAll('"secretName":"queues-admin"', '"secretName":"queues-viewer"'),
      "read-only",
    ],
    [
      "with full control for viewers",
      (text) =>
        text.replaceAll('{"name":"FLOWER_READ_ONLY","value":"true"}', '{"name":"FLOWER_READ_ONLY","value":"false"}'),
      "read-only",
    ],
  ];

  test.each(copies)("%s is not let through", async (_, change, id) => {
    const { resources } = await recordResources(() => new FlowerDashboard("queues", withAdmin));
    const text = JSON.stringify(resources);
    expect(change(text)).not.toBe(text);

    expect(broken(judgeResources(JSON.parse(change(text)) as typeof resources), "mandatory")).toContain(id);
  });
});

test("the recording of a program can be judged with a configuration of one's own", async () => {
  const { resources } = await recordResources(
    () => new FlowerDashboard("queues", changed(minimal, { networkPolicy: { disabled: true } })),
  );

  expect(judgeResources(resources).violations[0]).toMatch(
    /^isolation: Deployment queues: no NetworkPolicy .*Add a NetworkPolicy/,
  );
  expect(judgeResources(resources, { config: { isolation: { allow: ["*/queues"] } } }).violations).toEqual([]);
  expect(judgeResources(resources, { config: { isolation: "advisory" } }).violations).toEqual([]);
  expect(judge([], { rules: RULES }).findings).toEqual([]);
});
