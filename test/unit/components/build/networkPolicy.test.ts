import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkPolicySpec } from "../../../../components/build/networkPolicy";
import { problemsOf } from "../../../../components/rules/index";
import { bare, changed, full, minimal, modelOf, signInFully } from "../arguments";

const TCP = (...ports: number[]) => ports.map((port) => ({ port, protocol: "TCP" }));
const DNS = [
  { port: 53, protocol: "UDP" },
  { port: 53, protocol: "TCP" },
];
const namespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });

/** As the API server gets it: without members that are undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("the network policy", () => {
  test("admits the controller to nginx, and lets out to DNS and the broker in the own namespace", () => {
    expect(plain(networkPolicySpec(modelOf(minimal)))).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "flower", "app.kubernetes.io/instance": "queues" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            {
              namespaceSelector: namespace("traefik"),
              podSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } },
            },
          ],
          ports: TCP(8443),
        },
      ],
      egress: [
        {
          to: [
            { namespaceSelector: namespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
          ],
          ports: DNS,
        },
        { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: DNS },
        { to: [{ podSelector: { matchLabels: {} } }], ports: TCP(6379, 6380, 5671, 5672) },
      ],
    });
  });

  test("has every peer that is named, with its own ports or all those of TCP", () => {
    expect(plain(networkPolicySpec(modelOf(full)))).toMatchObject({
      ingress: [
        {
          from: [
            {
              namespaceSelector: namespace("edge"),
              podSelector: { matchLabels: { "app.kubernetes.io/name": "edge" } },
            },
            { ipBlock: { cidr: "192.0.2.10/32" } },
          ],
          ports: TCP(8443),
        },
        {
          from: [{ namespaceSelector: namespace("monitoring"), podSelector: { matchLabels: { app: "prometheus" } } }],
          ports: TCP(9090),
        },
      ],
      egress: [
        { to: [{ ipBlock: { cidr: "10.0.0.10/32" } }], ports: DNS },
        { to: [{ ipBlock: { cidr: "10.1.0.0/16", except: ["10.1.9.0/24"] } }], ports: TCP(6380) },
        {
          to: [{ namespaceSelector: namespace("redis"), podSelector: { matchLabels: { app: "redis" } } }],
          ports: TCP(6380, 26379),
        },
        { to: [{ namespaceSelector: { matchLabels: { team: "data" } } }], ports: TCP(6379, 6380, 5671, 5672) },
        { to: [{ ipBlock: { cidr: "198.51.100.0/24" } }], ports: TCP(443) },
        { to: [{ namespaceSelector: namespace("metrics") }], ports: [{ protocol: "TCP" }] },
      ],
    });
  });

  test.each([
    ["traefik", "traefik", { "app.kubernetes.io/name": "traefik" }],
    ["ingress-nginx", "ingress-nginx", { "app.kubernetes.io/name": "ingress-nginx" }],
    ["haproxy", "ingress-controller", { "app.kubernetes.io/name": "haproxy-ingress" }],
  ])("admits %s where its chart puts it", (controller, where, labels) => {
    const { ingress } = modelOf(changed(minimal, { "ingress.controller": controller }));
    expect(ingress.peer).toMatchObject({
      namespaceLabels: { "kubernetes.io/metadata.name": where },
      podLabels: labels,
    });
  });

  test("admits every pod of the namespace of a proxy of one's own, unless its labels are given", () => {
    expect(plain(networkPolicySpec(modelOf(bare)).ingress)).toMatchObject([
      { from: [{ namespaceSelector: namespace("edge") }] },
    ]);
    const labelled = changed(bare, { "ingress.podLabels": { app: "proxy" } });
    expect(plain(networkPolicySpec(modelOf(labelled)).ingress)).toMatchObject([
      { from: [{ namespaceSelector: namespace("edge"), podSelector: { matchLabels: { app: "proxy" } } }] },
    ]);
  });

  test.each([
    ["broker.peers", [6379, 6380, 5671, 5672]],
    ["networkPolicy.dns", [53]],
  ])("opens no further port where the ports of %s are undefined", (path, ports) => {
    const model = modelOf(changed(minimal, { [path]: [{ namespace: "redis", ports: undefined }] }));
    const peers = path === "broker.peers" ? model.broker.peers : model.networkPolicy.dns;
    expect(peers.map((peer) => peer.ports)).toEqual([ports]);
  });

  test("opens every port to a further peer alone, and every protocol to none, whatever ports the rules let through", () => {
    const ports = fc.constantFrom<unknown>(undefined, [], null, [443], [1, 65_535]);
    fc.assert(
      fc.property(ports, ports, ports, ports, (broker, dns, oauth, egress) => {
        const peers = (value: unknown) => [{ namespace: "somewhere", ports: value }];
        const args = changed(signInFully, {
          "broker.peers": peers(broker),
          "networkPolicy.dns": peers(dns),
          "auth.oauth.peers": peers(oauth),
          "networkPolicy.egress": peers(egress),
        });
        fc.pre(problemsOf("queues", args).length === 0);
        const rules = networkPolicySpec(modelOf(args)).egress as { ports: { port?: number; protocol?: string }[] }[];
        expect(rules).toHaveLength(4);
        for (const [index, rule] of rules.entries()) {
          const isFurther = index === 3 && egress === undefined;
          expect(rule.ports.length).toBeGreaterThan(0);
          expect(rule.ports.every(({ port }) => (port === undefined) === isFurther)).toBe(true);
          expect(rule.ports.every(({ protocol }) => protocol === "TCP" || (protocol === "UDP" && index === 0))).toBe(
            true,
          );
        }
      }),
    );
  });

  test("writes a range in its short form and lower case", () => {
    const model = modelOf(changed(minimal, { "networkPolicy.ingress": [{ cidr: "2001:DB8::/32" }] }));
    expect(model.networkPolicy.ingress[0]?.cidr).toBe("2001:db8::/32");
  });
});
