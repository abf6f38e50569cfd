import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tellOfTask } from "./events";
import { apply, kubectl } from "./kubectl";
import { greetFrom, REFUSED, type Place, type Trust } from "./probes";
import { until } from "./local/command";
import {
  applyDashboard,
  BROKER_URL,
  createStage,
  idlePod,
  podOf,
  podsReady,
  rollout,
  type Dashboard,
  type Stage,
} from "./stage";

const PATHS = ["/metrics", "/metrics/admin"];

describe("the metrics of a dashboard", () => {
  let stage: Stage;
  let monitoring: Stage;
  let dashboard: Dashboard;
  let pod: string;
  let scraper: Place;
  let controller: Place;

  beforeAll(async () => {
    [stage, monitoring] = await Promise.all([createStage("metrics"), createStage("monitoring")]);
    dashboard = await applyDashboard(stage, { metrics: { namespace: monitoring.namespace } });
    scraper = { namespace: monitoring.namespace, pod: "scraper" };
    controller = { namespace: "traefik", pod: `metrics-${stage.namespace}` };
    await apply([
      idlePod(scraper.namespace, scraper.pod, { "app.kubernetes.io/name": "prometheus" }),
      idlePod(controller.namespace, controller.pod, { "app.kubernetes.io/name": "traefik" }),
      idlePod(stage.namespace, "neighbour"),
    ]);
    await Promise.all([
      podsReady(scraper.namespace, scraper.pod),
      podsReady(controller.namespace, controller.pod),
      podsReady(stage.namespace, "neighbour"),
      rollout(stage.namespace, "queues"),
    ]);
    pod = (await podOf(stage)).address;
    // Flower has no numbers of workers and tasks until it hears of one; it may not listen yet.
    const neighbour = { namespace: stage.namespace, pod: "neighbour" };
    await until("Flower counts a task", 30, async () => {
      await tellOfTask(neighbour, BROKER_URL, randomUUID());
      return (await scrape("/metrics")).includes('type="task-succeeded"');
    });
  });
  afterAll(async () => {
    await kubectl([`--namespace=${controller.namespace}`, "delete", `pod/${controller.pod}`, "--wait=false"]);
    await Promise.all([stage.remove(), monitoring.remove()]);
  });

  test.each(PATHS)("are at %s, for the scraper with its certificate, which knows the pod by its name", async (path) => {
    // By the Service and by the pod, as a ServiceMonitor and a PodMonitor ask.
    for (const host of [`queues.${stage.namespace}.svc.cluster.local`, pod]) {
      const answer = await scrape(path, host);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      // Both processes hear the same events: the viewers' counts them.
      if (path === "/metrics")
        expect(answer).toMatch(/^flower_events_total\{task="tests\.work",type="task-succeeded".*\} [1-9]/m);
      expect(answer).toMatch(/^secure_flower_info\{.*\} 1/m);
    }
  });

  test("are not of a pod with another name, for the scraper", async () => {
    const other = { ...trust(), name: "other.flower.internal" };
    const answer = await greetFrom(scraper, pod, 9090, "/metrics", certificate("metrics-client"), other);
    expect(answer).toMatch(/^refused: .*certificate verify failed/);
  });

  test("are not for the scraper's pod without its certificate, or with the controller's", async () => {
    expect(await greetFrom(scraper, pod, 9090, "/metrics")).toMatch(REFUSED);
    expect(await greetFrom(scraper, pod, 9090, "/metrics", certificate("client"))).toMatch(REFUSED);
  });

  test("are not for the controller or a neighbour, with any certificate", async () => {
    for (const place of [controller, { namespace: stage.namespace, pod: "neighbour" }]) {
      for (const pem of ["", certificate("client"), certificate("metrics-client")]) {
        expect(await greetFrom(place, pod, 9090, "/metrics", pem)).toMatch(REFUSED);
      }
    }
  });

  test("have a certificate that does not open the dashboard, from where the controller's does", async () => {
    // 421, since the name is not the host's: it got past the handshake.
    expect(await greetFrom(controller, pod, 8443, "/flower/", certificate("client"))).toMatch(/^HTTP\/1\.1 421 /);
    expect(await greetFrom(controller, pod, 8443, "/flower/", certificate("metrics-client"))).toMatch(REFUSED);
    expect(await greetFrom(scraper, pod, 8443, "/flower/", certificate("metrics-client"))).toMatch(REFUSED);
  });

  function scrape(path: string, host = pod): Promise<string> {
    return greetFrom(scraper, host, 9090, path, certificate("metrics-client"), trust());
  }

  function secret(key: string): string {
    const value = dashboard.secrets.get(`queues-${key}`);
    if (value === undefined) throw new Error(`no Secret has ${key}`);
    return value;
  }

  /** Key and certificate of a Secret of the dashboard. */
  function certificate(name: "client" | "metrics-client"): string {
    return `${secret(`${name}-tls/tls.key`)}\n${secret(`${name}-tls/tls.crt`)}`;
  }

  /** By what a scraper is told to know the pod. */
  function trust(): Trust {
    return { authority: secret("metrics-client-tls/ca.crt"), name: "queues.flower.internal" };
  }
});
