import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../verify";
import { foreignCertificate } from "../../verify/network/foreignCertificate";
import { apply } from "./kubectl";
import { greetFrom, REFUSED, type Place } from "./probes";
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

describe("mutual TLS, where no NetworkPolicy helps", () => {
  let stage: Stage;
  let dashboard: Dashboard;
  let address: string;
  let neighbour: Place;

  beforeAll(async () => {
    stage = await createStage("mtls");
    dashboard = await applyDashboard(stage, { networkPolicy: false });
    await apply([idlePod(stage.namespace, "neighbour")]);
    await rollout(stage.namespace, "queues");
    await served(dashboard);
    neighbour = { namespace: stage.namespace, pod: "neighbour" };
    await podsReady(stage.namespace, "neighbour");
    ({ address } = await podOf(stage));
  });
  afterAll(() => stage.remove());

  test("refuses a neighbour that has no certificate", async () => {
    const answer = await greetFrom(neighbour, "queues", 443, "/flower/");
    console.log(`without a certificate: ${answer.trim() || "closed without an answer"}`);
    expect(answer).toMatch(REFUSED);
  });

  test("refuses a neighbour that has a certificate of an authority of its own", async () => {
    const { key, cert } = await foreignCertificate();
    const answer = await greetFrom(neighbour, address, 8443, "/flower/", `${key}\n${cert}`);
    console.log(`with a foreign certificate: ${answer.trim() || "closed without an answer"}`);
    expect(answer).toMatch(REFUSED);
  });

  test("is found live by the verifier, which tries the pod's own ports too", async () => {
    const report = await verify({ ...dashboard.target, direct: address }, { bruteForce: true });
    expect(report.results.filter(({ verdict }) => verdict !== "live")).toEqual([]);
  });
});
