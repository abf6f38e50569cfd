import type { Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply, kubectl, list } from "./kubectl";
import { listen, reachFrom, type Place, type Reach } from "./probes";
import { applyDashboard, createStage, idlePod, podOf, podsReady, rollout, type Stage } from "./stage";
import { readTarget } from "./target";

const { network } = readTarget();
const PORTS = [8443, 5555, 5556, 8081, 9090];
const closedBut = (...open: number[]): Record<number, Reach> =>
  Object.fromEntries(PORTS.map((port) => [port, open.includes(port) ? "open" : "closed"]));

/** The labels that a scraper's pods have by default. */
const SCRAPER = { "app.kubernetes.io/name": "prometheus" };

/** The port that a bystander listens on: one that the default broker peers do not have, and one that they do. */
const LISTEN = `
import socket, threading, time
for port in (6379, 8000):
    server = socket.create_server(("", port), backlog=50)
    threading.Thread(target=lambda s=server: [s.accept()[0].close() for _ in iter(int, 1)], daemon=True).start()
time.sleep(1e9)
`;

describe("the dashboard's NetworkPolicy", () => {
  let stage: Stage;
  let elsewhere: Stage;
  let address: string;
  let dashboardPod: Place;
  const controller = `controller-${process.pid}`;
  const servers: Server[] = [];
  const places: Record<string, Place> = {};

  beforeAll(async () => {
    [stage, elsewhere] = await Promise.all([createStage("policy"), createStage("elsewhere")]);
    await applyDashboard(stage, { metrics: { namespace: elsewhere.namespace } });
    const host = `host-${elsewhere.namespace}`;
    await apply([
      { apiVersion: "v1", kind: "Namespace", metadata: { name: host } },
      // A pod that has the controller's labels where the controller is: the policy cannot tell it from the controller.
      idlePod("traefik", controller, { "app.kubernetes.io/name": "traefik" }),
      idlePod("traefik", `other-${process.pid}`),
      idlePod(stage.namespace, "neighbour"),
      idlePod(elsewhere.namespace, "impostor", { "app.kubernetes.io/name": "traefik" }),
      listening(idlePod(elsewhere.namespace, "scraper", SCRAPER)),
      idlePod(stage.namespace, "would-be-scraper", SCRAPER),
      listening(idlePod(elsewhere.namespace, "bystander")),
      listening(idlePod(stage.namespace, "companion")),
      onHost(idlePod(host, "node")),
    ]);
    places["controller"] = { namespace: "traefik", pod: controller };
    places["another pod of the controller's namespace"] = { namespace: "traefik", pod: `other-${process.pid}` };
    places["neighbour in the same namespace"] = { namespace: stage.namespace, pod: "neighbour" };
    places["pod elsewhere with the controller's labels"] = { namespace: elsewhere.namespace, pod: "impostor" };
    places["scraper"] = { namespace: elsewhere.namespace, pod: "scraper" };
    places["pod with the scraper's labels, not in its namespace"] = {
      namespace: stage.namespace,
      pod: "would-be-scraper",
    };
    places["pod elsewhere"] = { namespace: elsewhere.namespace, pod: "bystander" };
    places["node"] = { namespace: host, pod: "node" };
    await Promise.all(
      [...Object.values(places), { namespace: stage.namespace, pod: "companion" }].map(({ namespace, pod }) =>
        podsReady(namespace, pod),
      ),
    );
    await rollout(stage.namespace, "queues");
    const found = await podOf(stage);
    address = found.address;
    dashboardPod = { namespace: stage.namespace, pod: found.name, container: "flower-viewer" };
    if (network !== undefined) {
      servers.push(await listen(network.internet, 443), await listen(network.metadata, 80));
    }
  });
  afterAll(async () => {
    servers.forEach((server) => server.close());
    const pods = [controller, `other-${process.pid}`].map((name) => `pod/${name}`);
    await kubectl(["--namespace=traefik", "delete", ...pods, "--wait=false"]);
    await kubectl(["delete", "namespace", `host-${elsewhere.namespace}`, "--wait=false"]);
    await Promise.all([stage.remove(), elsewhere.remove()]);
  });

  const incoming: [string, Record<number, Reach>][] = [
    ["controller", closedBut(8443)],
    ["scraper", closedBut(9090)],
    ["pod with the scraper's labels, not in its namespace", closedBut()],
    ["another pod of the controller's namespace", closedBut()],
    ["neighbour in the same namespace", closedBut()],
    ["pod elsewhere with the controller's labels", closedBut()],
    ["pod elsewhere", closedBut()],
    // Kubernetes lets a node reach its pods whatever a policy says: the kubelet's probes come that way.
    ["node", closedBut(8443, 8081, 9090)],
  ];
  test.each(incoming)("lets in from the %s what it should and nothing else", async (who, expected) => {
    const reached = await reachFrom(
      places[who]!,
      PORTS.map((port) => `${address}:${port}`),
    );
    const row = Object.fromEntries(PORTS.map((port) => [port, reached[`${address}:${port}`]]));
    console.log(`in   ${who.padEnd(52)} ${JSON.stringify(row)}`);
    expect(row).toEqual(expected);
  });

  test("lets out to DNS and the broker, and to nothing that a neighbour without a policy reaches", async () => {
    const { bystander, companion, scraper, dns } = await addresses();
    const open = { DNS: `${dns}:53`, broker: "redis:6379" };
    const closed = {
      "pod elsewhere, on the broker's port": `${bystander}:6379`,
      scraper: `${scraper}:8000`,
      "pod elsewhere": `${bystander}:8000`,
      "pod of its own namespace": `${companion}:8000`,
      "Kubernetes API": "kubernetes.default.svc.cluster.local:443",
      ...(network && { "cloud metadata": `${network.metadata}:80`, internet: `${network.internet}:443` }),
    };
    const targets = { ...open, ...closed };
    const fromDashboard = await reachFrom(dashboardPod, Object.values(targets));
    const fromNeighbour = await reachFrom(places["neighbour in the same namespace"]!, Object.values(targets));
    for (const [name, target] of Object.entries(targets)) {
      console.log(`out  ${name.padEnd(44)} ${fromDashboard[target]} (without the policy: ${fromNeighbour[target]})`);
    }
    expect(Object.values(fromNeighbour)).toEqual(Object.keys(targets).map(() => "open"));
    expect(Object.values(open).map((target) => fromDashboard[target])).toEqual(["open", "open"]);
    expect(Object.values(closed).map((target) => fromDashboard[target])).toEqual(
      Object.keys(closed).map(() => "closed"),
    );
  });

  async function addresses(): Promise<Record<"bystander" | "companion" | "scraper" | "dns", string>> {
    const ip = async (namespace: string, name: string): Promise<string> => {
      const pod = (await list(namespace, "pods")).find(({ metadata }) => metadata.name === name);
      return (pod?.status as { podIP: string }).podIP;
    };
    const [bystander, companion, scraper] = await Promise.all([
      ip(elsewhere.namespace, "bystander"),
      ip(stage.namespace, "companion"),
      ip(elsewhere.namespace, "scraper"),
    ]);
    const dns = await kubectl([
      "--namespace=kube-system",
      "get",
      "service/kube-dns",
      "--output=jsonpath={.spec.clusterIP}",
    ]);
    return { bystander, companion, scraper, dns };
  }
});

function listening(pod: object): object {
  const { spec } = pod as { spec: { containers: { command: string[] }[] } };
  spec.containers[0]!.command = ["python3", "-I", "-c", LISTEN];
  return pod;
}

function onHost(pod: object): object {
  Object.assign((pod as { spec: object }).spec, { hostNetwork: true });
  return pod;
}
