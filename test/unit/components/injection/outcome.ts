import type { FlowerDashboardArgs } from "../../../../components/args";
import { prometheusRuleSpec } from "../../../../components/build/alerts";
import { dashboards } from "../../../../components/build/dashboards";
import { dashboardUrl } from "../../../../components/build/flower";
import { historyClaimSpec } from "../../../../components/build/history";
import * as gateway from "../../../../components/build/gateway";
import * as ingress from "../../../../components/build/ingress";
import * as metrics from "../../../../components/build/metrics";
import { redirectUri } from "../../../../components/build/oauth";
import { networkPolicySpec } from "../../../../components/build/networkPolicy";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { deploymentSpec } from "../../../../components/build/pod";
import { problemsOf } from "../../../../components/rules";
import { modelOf } from "../arguments";
import { type Directive, parseNginx } from "../nginx/tokens";

/** Everything that is built from arguments and can be read by all. */
export interface Built {
  readonly nginx: readonly Directive[];
  readonly deployment: unknown;
  readonly networkPolicy: unknown;
  readonly ingress: unknown;
  readonly historyClaim: unknown;
  readonly metrics: unknown;
  readonly urls: readonly string[];
  readonly namespace: string | undefined;
}

/** The whole path of arguments: rules, model, builders. `undefined` if a rule refuses them. */
export function outcomeOf(args: FlowerDashboardArgs): Built | undefined {
  if (problemsOf("queues", args).length > 0) {
    return undefined;
  }
  const model = modelOf(args);
  const references = {
    nginxConfig: "n",
    authority: "ca",
    scripts: "s",
    serverTls: "t",
    viewerUsers: "v",
    adminUsers: "a",
    clientSecret: (args.auth.oauth?.clientSecretRef as { name: string; key: string } | undefined) ?? undefined,
    cookies: "c",
    brokerUrl: (args.broker.urlSecret as { name: string; key: string } | undefined) ?? { name: "b", key: "url" },
    managementApiUrl: { name: "b", key: "managementApiUrl" },
    historyClaim: "h",
  };
  return {
    nginx: parseNginx(nginxConfig(model)),
    // The checksum of the configuration changes with it, so it gets none.
    deployment: deploymentSpec(model, references, []),
    networkPolicy: networkPolicySpec(model),
    ingress: {
      spec: ingress.ingressSpec(model, "service", { viewer: "viewer-tls", admin: "admin-tls" }),
      redirect: ingress.redirectIngressSpec(model, "service"),
      traefik: ingress.traefikAnnotations(model, { issuer: undefined, clusterIssuer: undefined }),
      gateway: [
        gateway.gatewaySpec(model, { viewer: "viewer-tls", admin: "admin-tls" }, "tls"),
        gateway.gatewayAnnotations(model, { issuer: undefined, clusterIssuer: undefined }),
        ...dashboards(model).map((dashboard) => gateway.httpRouteSpec(model, dashboard, "gateway", "service")),
        gateway.redirectRouteSpec(model, "gateway"),
        gateway.backendTlsPolicySpec(model, "service", "ca"),
      ],
      haproxy: ingress.haproxyAnnotations(model, "tls", { issuer: undefined, clusterIssuer: undefined }),
      nginx: ingress.ingressNginxAnnotations(model, "ns/tls", { issuer: undefined, clusterIssuer: undefined }),
    },
    historyClaim: model.persistence && historyClaimSpec(model.persistence),
    metrics: [
      metrics.serviceMonitorSpec(model, "tls"),
      metrics.podMonitorSpec(model, "tls"),
      metrics.monitorLabels(model),
      prometheusRuleSpec(model, { issuer: "ca", clusterIssuer: undefined }),
    ],
    urls: dashboards(model).flatMap((dashboard) => [dashboardUrl(dashboard, model), redirectUri(dashboard, model)]),
    namespace: model.namespace,
  };
}

/**
 * What is built if a value is replaced by another as a whole, wherever it stands, and nothing else changes: the same directives with the
 * same words, the same fields. In a pattern of nginx a dot is escaped.
 */
export function replaced(built: Built, benign: string, value: string): Built {
  const escaped = (text: string) => text.replaceAll(".", "\\.");
  const plainly = (text: string) => text.split(benign).join(value);
  const swap = (item: unknown): unknown => {
    if (typeof item === "string") {
      return benign.includes(".") ? item.split(escaped(benign)).map(plainly).join(escaped(value)) : plainly(item);
    }
    if (Array.isArray(item)) {
      return item.map(swap);
    }
    return typeof item === "object" && item !== null
      ? Object.fromEntries(Object.entries(item).map(([key, member]) => [key, swap(member)]))
      : item;
  };
  return swap(built) as Built;
}
