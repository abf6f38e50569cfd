import { all, ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "./args";
import { dashboardUrl } from "./build/flower";
import { redirectUri } from "./build/oauth";
import {
  createCertificateAuthority,
  createClientCertificate,
  createServerCertificate,
  publishCertificateAuthority,
} from "./resources/certificates";
import { createCredentials, type Credentials } from "./resources/credentials";
import { createHistoryClaim } from "./resources/history";
import { createPublicRoute, createServersTransport } from "./resources/ingress";
import {
  createDeployment,
  createNetworkPolicy,
  createNginxConfig,
  createScripts,
  createService,
} from "./resources/workload";
import { createMonitoring, createScraper } from "./resources/metrics";
import { resolve } from "./resolve";
import { checkPlain } from "./rules";

/** Names of the Secrets that hold credentials, by role. Read a password with `kubectl get secret NAME -o jsonpath='{.data.USER}' | base64 -d`. */
export interface CredentialSecretNames {
  /** Users who may look: each key is a user, its value the password. Absent with `auth.oauth`, where there are no passwords. */
  viewer?: string;
  /** Users who may also act. Absent without admins, and with `auth.oauth`. */
  admin?: string;
  /** The client secret of the identity provider. Absent with `auth.basic`. */
  oauth?: string;
  /** The broker URL. */
  broker: string;
  /** What the log-in cookies are signed with. */
  cookie: string;
}

/**
 * Celery's Flower dashboard on Kubernetes, safe beyond localhost: Flower on loopback behind an nginx in its own pod, which lets in the
 * ingress controller only (mutual TLS), and from it only what each role may do.
 *
 * ```ts
 * const dashboard = new FlowerDashboard("queues", {
 *   host: "queues.example.com",
 *   broker: { url: config.requireSecret("brokerUrl"), peers: [{ namespace: "redis", ports: [6379] }] },
 *   auth: { basic: { viewers: ["ana"] } },
 *   tls: { certManagerClusterIssuer: "letsencrypt" },
 *   ingress: { controller: "traefik" },
 * });
 * export const url = dashboard.url;
 * ```
 *
 * Throws an error that lists every wrong argument by its property path. https://flower.readthedocs.io
 */
export class FlowerDashboard extends ComponentResource {
  /** Public URL of the read-only dashboard. */
  public readonly url: Output<string>;
  /** Public URL of the admin dashboard. Absent without admins. */
  public readonly adminUrl?: Output<string>;
  /** What to register at the identity provider as the redirect (callback) URI. Absent with `auth.basic`. */
  public readonly redirectUri?: Output<string>;
  /** The same for the admin dashboard. Absent with `auth.basic`, and without admins. */
  public readonly adminRedirectUri?: Output<string>;
  /** Namespace of every object. */
  public readonly namespace: Output<string>;
  /** Name of the Service, which speaks TLS on port 443 and asks for the client certificate. */
  public readonly serviceName: Output<string>;
  /** Names of the Secrets that hold credentials. */
  public readonly credentialSecretNames: Output<CredentialSecretNames>;
  /** Name of the Secret with the client certificate that the pod asks for, and the CA that signed the pod's: for a proxy of your own. */
  public readonly clientCertificateSecretName: Output<string>;
  /** Name of the Secret with the certificate by which a Prometheus may scrape, and the CA that signed the pod's. Absent without `metrics`. */
  public readonly metricsClientCertificateSecretName?: Output<string>;

  /**
   * @param name name of the dashboard: at most 54 of a-z 0-9 -; one dashboard of that name in a namespace
   * @param args see `FlowerDashboardArgs`
   * @param opts options of the component; a Kubernetes provider in them is every child's
   */
  constructor(name: string, args: FlowerDashboardArgs, opts?: ComponentResourceOptions) {
    checkPlain(name, args);
    super("secure-flower:index:FlowerDashboard", name, {}, opts);
    const context = { name, ...resolve(name, args), options: { parent: this } };

    const credentials = createCredentials(context, args);
    const authority = createCertificateAuthority(context);
    const clientTls = createClientCertificate(context, authority);
    const published = publishCertificateAuthority(context, authority);
    const scraper = createScraper(context, authority, args.metrics);
    const service = createService(context, args, published, createServersTransport(context, args.ingress, clientTls));
    const serverTls = createServerCertificate(context, authority, service, scraper?.authority);
    const nginxConfig = createNginxConfig(context);
    const scripts = createScripts(context);
    const deployment = createDeployment(context, args, {
      ...credentials,
      authority: published,
      nginxConfig: nginxConfig.metadata.name,
      scripts: scripts.metadata.name,
      serverTls: serverTls.metadata.name,
      historyClaim: createHistoryClaim(context, args.persistence),
    });
    createNetworkPolicy(context, args.networkPolicy);
    createPublicRoute(context, args, { service, clientTls, authority: published }, deployment);
    createMonitoring(context, args, scraper);

    this.url = context.model.apply((model) => dashboardUrl(model.viewer, model));
    this.adminUrl = args.admin && context.model.apply((model) => dashboardUrl(model.admin ?? model.viewer, model));
    if (args.auth.oauth) {
      this.redirectUri = context.model.apply((model) => redirectUri(model.viewer, model));
      this.adminRedirectUri =
        args.admin && context.model.apply((model) => redirectUri(model.admin ?? model.viewer, model));
    }
    this.namespace = deployment.metadata.namespace;
    // Known once the pod is ready, so that a proxy of the user's own changes over no sooner than ours do.
    const onceReady = (name: Output<string>) => all([name, deployment.id]).apply(([known]) => known);
    this.serviceName = onceReady(service.metadata.name);
    this.credentialSecretNames = namesOf(credentials);
    this.clientCertificateSecretName = onceReady(clientTls.metadata.name);
    this.metricsClientCertificateSecretName = scraper?.clientTls.metadata.name;
    this.registerOutputs(outputsOf(this));
  }
}

/** What other languages and a stack's outputs see: the same as the properties. */
function outputsOf(dashboard: FlowerDashboard): Record<string, unknown> {
  const { url, adminUrl, redirectUri, adminRedirectUri, namespace, serviceName } = dashboard;
  const { credentialSecretNames, clientCertificateSecretName, metricsClientCertificateSecretName } = dashboard;
  return {
    ...{ url, adminUrl, redirectUri, adminRedirectUri, namespace, serviceName },
    ...{ credentialSecretNames, clientCertificateSecretName, metricsClientCertificateSecretName },
  };
}

function namesOf({
  viewerUsers,
  adminUsers,
  clientSecret,
  brokerUrl,
  cookies,
}: Credentials): Output<CredentialSecretNames> {
  return output({
    viewer: viewerUsers,
    admin: adminUsers,
    oauth: clientSecret?.apply(({ name }) => name),
    broker: brokerUrl.apply(({ name }) => name),
    cookie: cookies,
  });
}
