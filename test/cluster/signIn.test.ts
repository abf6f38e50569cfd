import { spawn, type ChildProcess } from "node:child_process";
import type { Server } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../local/render";
import { formatTable, verify, type User } from "../../verify";
import { launchChromium, type TlsServer } from "../browser/chromium";
import { watchFaults } from "../browser/faults";
import { CLIENT, startProvider } from "../local/sign-in/provider/start";
import { KINDS } from "../local/sign-in/stage";
import { Walker } from "../local/sign-in/walker";
import { makeAuthority } from "../unit/verify/certificates";
import { apply } from "./kubectl";
import { listen, reachFrom, type Place } from "./probes";
import { answerOf } from "./requests";
import {
  applyDashboard,
  createStage,
  idlePod,
  podOf,
  podsReady,
  rollout,
  served,
  type Dashboard,
  type Stage,
} from "./stage";
import { readTarget } from "./target";

const { network, address } = readTarget();
const { issuer, hosts, further } = KINDS.okta;
const HTTPS = 443;
const SECRET = "provider";

if (network === undefined)
  console.log("Skipped: sign-in needs a provider at an address that only a network of our own has.");

describe.skipIf(network === undefined)("sign-in with an identity provider, through Traefik", () => {
  let stage: Stage;
  let dashboard: Dashboard;
  let provider: ChildProcess | undefined;
  let servers: TlsServer[];
  let browser: Browser | undefined;
  let viewer: string;
  let admin: string;

  beforeAll(async () => {
    const authority = await makeAuthority();
    stage = await createStage("sign-in");
    // What a user makes beforehand: the client's secret, and the CA of a provider of one's own.
    const metadata = { name: SECRET, namespace: stage.namespace };
    const stringData = { "client-secret": CLIENT.secret, "ca.crt": authority.pem };
    await apply([{ apiVersion: "v1", kind: "Secret", metadata, stringData }, idlePod(stage.namespace, "neighbour")]);
    dashboard = await applyDashboard(
      stage,
      {
        oauth: {
          provider: "okta",
          clientId: CLIENT.id,
          clientSecretRef: { name: SECRET, key: "client-secret" },
          viewers: ["*@example.com"],
          admins: ["ada@example.com"],
          ...further,
          caSecret: SECRET,
        },
      },
      withNames,
    );
    [viewer, admin] = [dashboard.target.url, dashboard.target.adminUrl!];
    const where = { address: network!.provider, port: HTTPS, certificate: await authority.issue(hosts) };
    const redirectUris = [`${viewer}login`, `${admin}login`];
    provider = await startProvider(
      ([command = "", ...words]) => spawn(command, words, { stdio: ["pipe", "pipe", "pipe"] }),
      { provider: "okta", issuer, hosts, redirectUris, ...where },
    );
    await rollout(stage.namespace, "queues");
    await served(dashboard);
    servers = [
      ...[viewer, admin].map((url) => ({
        ...{ address, port: HTTPS, host: new URL(url).hostname },
        authority: dashboard.secrets.get("queues-public-tls/ca.crt") ?? "",
      })),
      ...hosts.map((host) => ({ address: network!.provider, port: HTTPS, host, authority: authority.pem })),
    ];
    const rules = [...hosts.map((host) => `MAP ${host} ${network!.provider}`), `MAP *.test ${address}`];
    browser = await launchChromium(servers, [`--host-resolver-rules=${rules.join(",")}`]);
  });
  afterAll(async () => {
    await browser?.close();
    provider?.kill("SIGKILL");
    await stage.remove();
  });

  test("lets a viewer in with a browser, who ends on the page that was asked for", async () => {
    const page = await browser!.newPage();
    const faults = await watchFaults(page);
    await page.goto(`${viewer}tasks`);
    await page.getByLabel("E-mail address").fill("ana@example.com");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("table").first().waitFor({ timeout: 20_000 });
    expect(page.url()).toBe(`${viewer}tasks`);
    expect(await page.getByLabel("Log out ana@example.com").count()).toBe(1);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  test("lets the admin in at the admin dashboard, and refuses a viewer there and a stranger everywhere", async () => {
    const end = async (url: string, login: string): Promise<number> =>
      (await new Walker(servers).signIn(url, login)).status;
    expect(await end(admin, "ada@example.com")).toBe(200);
    expect(await end(admin, "ana@example.com")).toBe(403);
    expect(await end(viewer, "eve@evil.example")).toBe(403);
    expect(await end(viewer, "ana+unverified@example.com")).toBe(403);
  });

  test("is verified live from outside, on both origins, with a session of each", async () => {
    const sessionOf = async (role: User["role"], url: string, login: string): Promise<User> => {
      const walker = new Walker(servers);
      await walker.signIn(url, login);
      const session = walker.cookie(new URL(url).hostname, "__Host-user");
      return { name: login, password: "", session, role };
    };
    const users = [
      await sessionOf("viewer", viewer, "ana@example.com"),
      await sessionOf("admin", admin, "ada@example.com"),
    ];
    const report = await verify({ ...dashboard.target, users });
    console.log(formatTable(report));
    expect(report.results.filter(({ verdict }) => verdict === "not live" || verdict === "unknown")).toEqual([]);
    expect(report.verdict).toBe("live");
  });

  test("is closed outside of the source ranges, the way to the provider too", async () => {
    for (const path of ["/flower/", "/flower/login", "/flower/login?code=x&state=y", "/flower/logout"]) {
      const answer = await answerOf({ address, host: dashboard.host, path, from: network!.stranger });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  test("lets out to the provider's port on the internet, and neither to another port nor to an address inside", async () => {
    const { name } = await podOf(stage);
    const dashboardPod: Place = { namespace: stage.namespace, pod: name, container: "flower-viewer" };
    const neighbour: Place = { namespace: stage.namespace, pod: "neighbour" };
    await podsReady(stage.namespace, "neighbour");
    const open = { provider: `${network!.provider}:${HTTPS}`, "broker, by its name": "redis:6379" };
    const closed = {
      "provider, another port": `${network!.provider}:8443`,
      "cloud metadata, the provider's port": `${network!.metadata}:${HTTPS}`,
      "private address, the provider's port": `${network!.office}:${HTTPS}`,
      "Kubernetes API": `kubernetes.default.svc.cluster.local:${HTTPS}`,
    };
    const listeners: Server[] = [
      await listen(network!.provider, 8443),
      await listen(network!.metadata, HTTPS),
      await listen(network!.office, HTTPS),
    ];
    const targets = { ...open, ...closed };
    const fromDashboard = await reachFrom(dashboardPod, Object.values(targets));
    const fromNeighbour = await reachFrom(neighbour, Object.values(targets));
    listeners.forEach((server) => server.close());
    for (const [what, target] of Object.entries(targets)) {
      console.log(`out  ${what.padEnd(44)} ${fromDashboard[target]} (without the policy: ${fromNeighbour[target]})`);
    }
    expect(Object.values(fromNeighbour)).toEqual(Object.keys(targets).map(() => "open"));
    expect(Object.values(open).map((target) => fromDashboard[target])).toEqual(["open", "open"]);
    expect(Object.values(closed).map((target) => fromDashboard[target])).toEqual(
      Object.keys(closed).map(() => "closed"),
    );
  });
});

/** What the test does to the pod and the component does not: the provider's name leads to the test's server. */
function withNames(objects: KubernetesObject[]): KubernetesObject[] {
  const copy = structuredClone(objects);
  const deployment = copy.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "queues");
  const { template } = deployment?.spec as { template: { spec: Record<string, unknown> } };
  template.spec.hostAliases = [{ ip: network!.provider, hostnames: [...hosts] }];
  return copy;
}
