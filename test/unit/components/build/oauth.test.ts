import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import type { FlowerDashboardArgs } from "../../../../components/args";
import { internet } from "../../../../components/build/internet";
import { networkPolicySpec } from "../../../../components/build/networkPolicy";
import { oauthEnvironment, redirectUri } from "../../../../components/build/oauth";
import { cidrFault, isWithin } from "../../../../components/rules/grammar";
import { changed, minimal, modelOf, signIn, signInFully, signInWithOkta } from "../arguments";
import { everyContainer, podOf, signInReferences } from "./references";

/** The variables of the role's Flower, as far as they are set. */
function environmentOf(args: FlowerDashboardArgs, role: "viewer" | "admin" = "viewer"): Record<string, string> {
  const model = modelOf(args);
  const all = oauthEnvironment(model, role === "admin" ? model.admin! : model.viewer);
  return JSON.parse(JSON.stringify(all)) as Record<string, string>;
}

const COMMON = {
  OAUTH_CLIENT_SECRET_FILE: "/run/secrets/flower/oauth/client-secret",
  OAUTH_SESSION_HOURS: "12",
};

describe("the environment of sign-in", () => {
  test("is empty where people log in by password", () => {
    expect(environmentOf(minimal)).toEqual({});
  });

  test("names Google's handler, and the domain as Flower writes it", () => {
    expect(environmentOf(signIn)).toEqual({
      ...COMMON,
      FLOWER_AUTH: ".*@example.com",
      FLOWER_AUTH_PROVIDER: "sign_in.Google",
      FLOWER_OAUTH2_KEY: "1234-abc.apps.googleusercontent.com",
      FLOWER_OAUTH2_REDIRECT_URI: "https://queues.example.com/flower/login",
    });
  });

  test("of a GitLab of one's own names its host, groups and role, and each dashboard its own people", () => {
    const both = {
      ...COMMON,
      OAUTH_SESSION_HOURS: "8",
      OAUTH_CA_FILE: "/run/secrets/flower/oauth-ca/ca.crt",
      FLOWER_AUTH_PROVIDER: "sign_in.GitLab",
      FLOWER_OAUTH2_KEY: "0a1b2c",
      FLOWER_GITLAB_OAUTH_DOMAIN: "gitlab.example.com:8443",
      FLOWER_GITLAB_AUTH_ALLOWED_GROUPS: "platform/oncall,data",
      FLOWER_GITLAB_MIN_ACCESS_LEVEL: "30",
    };
    expect(environmentOf(signInFully)).toEqual({
      ...both,
      FLOWER_AUTH: "ana@example.com|ben+flower@example.org",
      FLOWER_OAUTH2_REDIRECT_URI: "https://queues.example.com/flower/login",
    });
    expect(environmentOf(signInFully, "admin")).toEqual({
      ...both,
      FLOWER_AUTH: "ada@example.com",
      FLOWER_OAUTH2_REDIRECT_URI: "https://queues-admin.example.com/flower/login",
    });
  });

  test.each([
    ["github", {}, { FLOWER_AUTH_PROVIDER: "sign_in.GitHub" }],
    ["github", { "auth.oauth.githubHost": "github.example.com" }, { FLOWER_GITHUB_OAUTH_DOMAIN: "github.example.com" }],
    ["gitlab", {}, { FLOWER_AUTH_PROVIDER: "sign_in.GitLab" }],
    ["gitlab", { "auth.oauth.gitlabGroups": ["a"] }, { FLOWER_GITLAB_MIN_ACCESS_LEVEL: "20" }],
  ])("of %s with %o has %o", (provider, changes, expected) => {
    expect(environmentOf(changed(signIn, { "auth.oauth.provider": provider, ...changes }))).toMatchObject(expected);
  });

  test("of Okta names its authorization server", () => {
    expect(environmentOf(signInWithOkta)).toMatchObject({
      FLOWER_AUTH_PROVIDER: "sign_in.Okta",
      FLOWER_OAUTH2_OKTA_BASE_URL: "https://example.okta.com/oauth2/default",
    });
  });
});

test.each([
  [{}, "https://queues.example.com/flower/login"],
  [{ urlPrefix: "a/b", "ingress.httpsPort": 8443 }, "https://queues.example.com:8443/a/b/login"],
])("the redirect URI is made of the host, port and prefix of everything else (%#)", (changes, uri) => {
  const model = modelOf(changed(signIn, changes));
  expect(redirectUri(model.viewer, model)).toBe(uri);
});

describe("the pod of sign-in", () => {
  const refs = { ...signInReferences, clientSecret: { name: "flower-oauth", key: "secret" } };
  const pod = podOf(signInFully, refs);

  test("mounts the one key of the client secret into both Flowers, and into nothing else", () => {
    const volume = pod.volumes.find(({ name }) => name === "oauth-client");
    expect(volume?.secret).toEqual({
      secretName: "flower-oauth",
      defaultMode: 0o440,
      items: [{ key: "secret", path: "client-secret" }],
    });
    const mounted = everyContainer(pod).filter(({ volumeMounts }) =>
      volumeMounts.some(({ name }) => name === "oauth-client" || name === "oauth-ca"),
    );
    expect(mounted.map(({ name }) => name)).toEqual(["flower-viewer", "flower-admin"]);
  });

  test("has no users, no passwords and no list of log-ins", () => {
    expect(JSON.stringify(pod)).not.toMatch(/viewer-users|admin-users|BASIC_AUTH|USERS_DIR|client-password/);
  });

  test("mounts each of its volumes", () => {
    const mounts = everyContainer(pod).flatMap(({ volumeMounts }) => volumeMounts.map(({ name }) => name));
    expect(new Set(mounts)).toEqual(new Set(pod.volumes.map(({ name }) => name)));
  });
});

describe("the way to the provider", () => {
  const toProvider = (args: FlowerDashboardArgs) =>
    JSON.parse(JSON.stringify((networkPolicySpec(modelOf(args)).egress as unknown[]).slice(3))) as unknown;

  /** Whether some peer of the internet lets an address through. */
  function isOpen(address: string): boolean {
    const range = `${address}/${ipaddr.parse(address).kind() === "ipv6" ? 128 : 32}`;
    return internet([443]).some(
      ({ cidr = "", except }) => isWithin(range, cidr) && !except.some((closed) => isWithin(range, closed)),
    );
  }

  test("is closed where people log in by password", () => {
    expect(toProvider(minimal)).toEqual([]);
  });

  test.each([
    ["a pod", "10.244.1.7"],
    ["a Service", "172.20.0.1"],
    ["a node", "192.168.1.10"],
    ["a pod of a cloud", "100.64.3.2"],
    ["the metadata of most clouds", "169.254.169.254"],
    ["Alibaba's metadata", "100.100.100.200"],
    ["Oracle's metadata", "192.0.0.192"],
    ["Azure's wire server", "168.63.129.16"],
    ["loopback", "127.0.0.1"],
    ["a pod of class E", "240.10.0.4"],
    ["multicast", "224.0.0.251"],
    ["a pod of IPv6", "fd00:10:244::7"],
    ["Amazon's metadata of IPv6", "fd00:ec2::254"],
    ["a link-local neighbour", "fe80::1"],
    ["loopback of IPv6", "::1"],
    ["a mapped pod", "::ffff:a00:1"],
    ["a pod through NAT64", "64:ff9b::a00:1"],
    ["metadata through NAT64", "64:ff9b::a9fe:a9fe"],
    ["metadata through 6to4", "2002:a9fe:a9fe::1"],
  ])("never leads to %s (%s)", (_, address) => {
    expect(isOpen(address)).toBe(false);
  });

  test.each(["140.82.121.4", "172.65.251.78", "2606:50c0:8000::153", "64:ff9b::8c52:7904", "192.0.66.2"])(
    "leads to %s, an address of the internet",
    (address) => {
      expect(isOpen(address)).toBe(true);
    },
  );

  test("is the internet on port 443 by default, in ranges that Kubernetes takes", () => {
    expect(toProvider(signIn)).toMatchObject(
      ["0.0.0.0/0", "2000::/3", "64:ff9b::/96"].map((cidr) => ({
        to: [{ ipBlock: { cidr } }],
        ports: [{ port: 443, protocol: "TCP" }],
      })),
    );
    for (const { cidr = "", except } of internet([443])) {
      expect(except.filter((range) => cidrFault(range) !== undefined || !isWithin(range, cidr))).toEqual([]);
    }
  });

  test("is the named peers and no other where they are named, on the port of the provider's host", () => {
    expect(toProvider(signInFully)).toEqual([
      {
        to: [{ ipBlock: { cidr: "10.9.0.0/16", except: ["10.9.1.0/24"] } }],
        ports: [{ port: 8443, protocol: "TCP" }],
      },
    ]);
  });

  test.each([
    [signInWithOkta, 443],
    [changed(signInWithOkta, { "auth.oauth.oktaBaseUrl": "https://okta.example.com:9443/oauth2" }), 9443],
  ])("is open on the port of Okta's URL (%#)", (args, port) => {
    expect(JSON.stringify(toProvider(args))).toContain(`"port":${port}`);
  });
});
