import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FlowerDashboardArgs } from "../../../../components/args";
import { problemsOf } from "../../../../components/rules";
import { canonicalCidr } from "../../../../components/rules/grammar";
import { changed, existing, full, signInFully, signInWithOkta } from "../arguments";
import { hostileText } from "../hostileText";
import { outcomeOf, replaced } from "./outcome";

/** A value of the user that reaches a file, an environment or an object: where it is given, and legal ones that occur nowhere else. */
interface Field {
  readonly path: string;
  readonly legal: readonly [benign: string, ...others: string[]];
  readonly base?: FlowerDashboardArgs;
  /** Annotations are text of any kind, so nothing is refused; they reach no file. */
  readonly anyText?: true;
}

const NAMES = ["benign.example", "a.b-c.example", "x1.example"] as const;
const RANGES = ["198.18.0.0/15", "10.99.0.0/16", "2001:db8:99::/48", "FC00::/7", "::/1"] as const;
const WORDS = ["benign-word", "a1", "z-9"] as const;

const FIELDS: readonly Field[] = [
  { path: "host", legal: NAMES },
  { path: "admin.host", legal: NAMES },
  { path: "urlPrefix", legal: ["benign_prefix", "a/b", "Z-9"] },
  { path: "namespace", legal: WORDS },
  { path: "rotation", legal: ["benign.word", "A_b-1"] },
  { path: "allowedSourceRanges[0]", legal: RANGES },
  { path: "admin.allowedSourceRanges[0]", legal: RANGES },
  { path: "trustedProxyRanges[0]", legal: RANGES },
  { path: "broker.caSecret", legal: WORDS },
  { path: "broker.clientCertSecret", legal: WORDS },
  { path: "broker.urlSecret.name", legal: WORDS, base: existing },
  { path: "broker.urlSecret.key", legal: ["benign.key", "a_b-C"], base: existing },
  { path: "auth.oauth.clientId", legal: ["benign-id.apps.example", "0aB_1"], base: signInFully },
  { path: "auth.oauth.viewers[0]", legal: ["benign@mail.example", "a+b_c@x.example"], base: signInFully },
  { path: "auth.oauth.admins[0]", legal: ["benign@mail.example", "a@x.example"], base: signInFully },
  { path: "auth.oauth.gitlabHost", legal: ["benign.example", "a.b-c.example"], base: signInFully },
  { path: "auth.oauth.gitlabGroups[0]", legal: ["benign/group", "A_b.c-d"], base: signInFully },
  {
    path: "auth.oauth.oktaBaseUrl",
    legal: ["https://benign.example/oauth2", "https://a.example/oauth2/x1"],
    base: signInWithOkta,
  },
  { path: "auth.oauth.caSecret", legal: WORDS, base: signInFully },
  { path: "auth.oauth.clientSecretRef.name", legal: WORDS, base: signInFully },
  { path: "auth.oauth.clientSecretRef.key", legal: ["benign.key", "a_b-C"], base: signInFully },
  { path: "broker.peers[1].namespace", legal: WORDS },
  { path: 'broker.peers[1].podLabels["app"]', legal: ["benign.label", "A_b"] },
  { path: "networkPolicy.ingress[0].cidr", legal: RANGES },
  { path: "networkPolicy.egress[0].cidr", legal: RANGES },
  { path: "networkPolicy.dns[0].cidr", legal: RANGES },
  { path: "ingress.className", legal: WORDS },
  { path: "ingress.namespace", legal: WORDS },
  { path: 'ingress.podLabels["app"]', legal: ["benign.label", "A_b"] },
  { path: 'ingress.annotations["example.com/owner"]', legal: ["benign text", "a\nb: c"], anyText: true },
  { path: 'pod.annotations["example.com/note"]', legal: ["benign text", "a\nb: c"], anyText: true },
  { path: 'pod.labels["team"]', legal: ["benign.label", "A_b"] },
  { path: 'pod.nodeSelector["team"]', legal: ["benign.label", "A_b"] },
  { path: "pod.imagePullSecrets[0]", legal: WORDS },
  { path: "pod.priorityClassName", legal: WORDS },
  { path: "pod.runtimeClassName", legal: WORDS },
  { path: "metrics.namespace", legal: WORDS },
  { path: 'metrics.podLabels["app"]', legal: ["benign.label", "A_b"] },
  { path: 'metrics.labels["release"]', legal: ["benign.label", "A_b"] },
  { path: "persistence.storageClassName", legal: WORDS },
  { path: "persistence.size", legal: ["777Gi", "1.5Ti", "3e9"] },
  { path: "flower.image", legal: ["example.com/benign:1", `a/b@sha256:${"1".repeat(64)}`] },
  { path: "nginx.image", legal: ["example.com/benign:1", `a/b@sha256:${"1".repeat(64)}`] },
  { path: "flower.tasksColumns[0]", legal: ["benign_column", "eta"] },
  { path: 'flower.resources.limits["memory"]', legal: ["777Mi", "1.5Gi", "3e9"] },
  { path: 'nginx.resources.requests["cpu"]', legal: ["777m", "3"] },
];

/** How an accepted value is written: ranges in their canonical form, which has no upper case. */
function written(value: string, legal: readonly string[]): string {
  return legal === RANGES ? canonicalCidr(value) : value;
}

/**
 * What this proves: for none of the texts that were tried does a value become more than itself. Either a rule refuses it, or what is built differs from
 * what is built from a harmless value in that value alone, as whole words of nginx.conf as nginx splits them and as whole fields of the objects.
 * What it does not prove: that nginx splits words as `parseNginx` does; `nginx -t` and the local tests run the real one.
 */
describe.each(FIELDS)("$path", ({ path, legal, base = full, anyText }) => {
  const [benign] = legal;
  const built = outcomeOf(changed(base, { [path]: benign }));

  test("can be a harmless value, and is then used", () => {
    expect(built).toBeDefined();
    expect(JSON.stringify(built)).toContain(JSON.stringify(benign).slice(1, -1));
  });

  test("is refused or stays one value, whatever is tried", () => {
    let accepted = 0;
    fc.assert(
      fc.property(hostileText(...legal), (value) => {
        const outcome = outcomeOf(changed(base, { [path]: value }));
        if (outcome !== undefined) {
          accepted++;
          expect(outcome).toEqual(replaced(built!, benign, written(value, legal)));
        }
      }),
      { numRuns: 150 },
    );
    expect(accepted).toBeGreaterThan(anyText ? 149 : 0);
  });
});

describe("a number", () => {
  const INTEGERS = [
    ["ingress.httpsPort", 1, 65_535],
    ["flower.maxTasks", 100, 1_000_000],
    ["flower.purgeOfflineWorkers", 1, 31_536_000],
    ["flower.inspectTimeout", 1, 60_000],
    ["broker.peers[0].ports[0]", 1, 65_535],
  ] as const;

  test.each(INTEGERS)("at %s is refused unless it is a whole one from %d to %d", (path, least, most) => {
    const anything = fc.oneof(
      fc.integer(),
      fc.double(),
      hostileText("80"),
      fc.constantFrom(least, most),
      fc.anything(),
    );
    fc.assert(
      fc.property(anything, (value) => {
        fc.pre(value !== undefined);
        const passes = problemsOf("queues", changed(full, { [path]: value })).length === 0;
        const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
        expect(passes).toBe(fits);
      }),
    );
  });
});

describe("a key", () => {
  test.each(["ingress.annotations", "pod.annotations", "pod.labels", "pod.nodeSelector", "ingress.podLabels"])(
    "of %s is refused or stays one key",
    (path) => {
      fc.assert(
        fc.property(hostileText("example.com/a", "b"), (key) => {
          const [parent = "", member = ""] = path.split(".");
          const args = changed(full, { [parent]: { ...full[parent as "pod"], [member]: { [key]: "v" } } });
          fc.pre(problemsOf("queues", args).length === 0);
          expect(key).toMatch(/^[A-Za-z0-9._/-]+$/);
        }),
        { numRuns: 200 },
      );
    },
  );
});

test("anything at all in place of any member ends in a refusal or a model, never in another error", () => {
  const paths = fc.constantFrom(
    ...FIELDS.map(({ path }) => path),
    "broker",
    "auth",
    "tls",
    "pod.tolerations",
    "flower",
  );
  fc.assert(
    fc.property(paths, fc.anything(), (path, value) => {
      outcomeOf(changed(full, { [path]: value }));
    }),
    { numRuns: 1000 },
  );
});
