import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../verify";
import { apply } from "./kubectl";
import { greetFrom, REFUSED } from "./probes";
import { statusOf } from "./requests";
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

/** `flower` is the name that makes Kubernetes inject FLOWER_PORT, which crashes Flower, where service links are on. */
const NAMES = ["flower", "queues"] as const;

describe("two dashboards in one namespace", () => {
  let stage: Stage;
  const dashboards: Partial<Record<(typeof NAMES)[number], Dashboard>> = {};

  beforeAll(async () => {
    stage = await createStage("two");
    for (const name of NAMES) dashboards[name] = await applyDashboard(stage, { name, networkPolicy: false });
    await apply([idlePod(stage.namespace, "neighbour")]);
    for (const name of NAMES) {
      await rollout(stage.namespace, name);
      await served(dashboards[name]!);
    }
    await podsReady(stage.namespace, "neighbour");
  });
  afterAll(() => stage.remove());

  test.each(NAMES)("%s is verified live", async (name) => {
    const report = await verify(dashboards[name]!.target);
    expect(report.results.filter(({ verdict }) => verdict === "not live" || verdict === "unknown")).toEqual([]);
  });

  test("neither knows the other's users", async () => {
    const path = "/flower/api/workers";
    for (const [mine, others] of [NAMES, [...NAMES].reverse()] as [(typeof NAMES)[number], (typeof NAMES)[number]][]) {
      const user = dashboards[others]!.users.find(({ role }) => role === "viewer")!;
      const { host } = dashboards[mine]!;
      expect(await statusOf({ address: readTarget().address, host, path, user })).toBe(401);
    }
  });

  test("the certificate that opens one does not open the other", async () => {
    const secrets = dashboards.flower!.secrets;
    const certificate = `${secrets.get("flower-client-tls/tls.key")!}\n${secrets.get("flower-client-tls/tls.crt")!}`;
    const place = { namespace: stage.namespace, pod: "neighbour" };
    const own = await podOf(stage, "flower");
    const other = await podOf(stage, "queues");
    // The pod answers the right certificate with 421, since the name is not its host's: it got past the handshake.
    expect(await greetFrom(place, own.address, 8443, "/flower/", certificate)).toMatch(/^HTTP\/1\.1 421 /);
    expect(await greetFrom(place, other.address, 8443, "/flower/", certificate)).toMatch(REFUSED);
  });
});
