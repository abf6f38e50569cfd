import * as k8s from "@pulumi/kubernetes";
import { all, interpolate, type Output, output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs, IngressArgs, TlsArgs } from "../args";
import * as build from "../build/ingress";
import type { Controller } from "../build/names";
import { traefikServiceAnnotations } from "../build/service";
import type { Labels, Role } from "../model";
import { createSelfSignedCertificate, renewedWithAuthority } from "./certificates";
import { type Context, metadata } from "./context";
import { type Backend, createGatewayRoute } from "./gateway";

/** Names of the Secrets of the public certificates: one that exists, one that cert-manager makes, or a self-signed one. */
function createPublicCertificates(context: Context, tls: TlsArgs): Output<build.PublicCertificates> {
  if (tls.selfSigned) {
    return createSelfSignedCertificate(context).metadata.name.apply((name) => ({ viewer: name, admin: name }));
  }
  if (tls.secretName !== undefined) {
    return output({ viewer: tls.secretName, admin: tls.adminSecretName ?? tls.secretName });
  }
  // One certificate for each host: the viewers' would otherwise tell everybody the admins' host.
  // Of a neighbour called `NAME-admin` the viewers' is `NAME-admin-public-tls`.
  return output({ viewer: `${context.name}-public-tls`, admin: `${context.name}-public-tls-admin` });
}

/** What carries requests to the Service: an Ingress, and with Traefik a second one that redirects plain HTTP; or a Gateway. Nothing for a proxy of the user's own. */
export function createPublicRoute(
  parent: Context,
  { tls, ingress, admin }: FlowerDashboardArgs,
  { service, clientTls, authority }: Pick<Backend, "service" | "clientTls" | "authority">,
  deployment: k8s.apps.v1.Deployment,
): void {
  if (ingress.controller === "none") {
    return;
  }
  // The controller is sent to a new Service only once the pod behind it is ready.
  const context = { ...parent, options: { ...parent.options, dependsOn: deployment } };
  const certificates = createPublicCertificates(context, tls);
  if (ingress.controller === "gateway-api") {
    const roles: Role[] = admin ? ["viewer", "admin"] : ["viewer"];
    createGatewayRoute(context, { service, clientTls, authority, certificates, issuer: issuerOf(tls), roles });
    return;
  }
  const annotations = annotationsOf(context, ingress.controller as IngressController, tls, clientTls);
  const spec = all([context.model, service.metadata.name, certificates]).apply((known) => build.ingressSpec(...known));
  new k8s.networking.v1.Ingress(context.name, { metadata: metadata(context, annotations), spec }, context.options);
  if (ingress.controller === "traefik") {
    createRedirect(context, service);
  }
}

/** How Traefik is told to speak mutual TLS: annotations of the Service that name a ServersTransport. Other controllers need none. */
export function createServersTransport(
  context: Context,
  { controller }: IngressArgs,
  clientTls: k8s.core.v1.Secret,
): Output<Labels> | undefined {
  if (controller !== "traefik") {
    return undefined;
  }
  // The Service of the old CA keeps its own.
  const transport = createTraefik(
    { ...context, options: renewedWithAuthority(context) },
    "ServersTransport",
    clientTls,
    clientTls.metadata.name.apply((name) => build.serversTransportSpec(context.name, name)),
  );
  return transport.apply(traefikServiceAnnotations);
}

type IngressController = Exclude<Controller, "none" | "gateway-api">;

function annotationsOf(
  context: Context,
  controller: IngressController,
  tls: TlsArgs,
  clientTls: k8s.core.v1.Secret,
): Output<Labels> {
  const { namespace, name } = clientTls.metadata;
  const issuer = issuerOf(tls);
  switch (controller) {
    case "traefik":
      return all([context.model, issuer]).apply((known) => build.traefikAnnotations(...known));
    case "ingress-nginx": {
      const secret = interpolate`${namespace}/${name}`;
      return all([context.model, secret, issuer]).apply((known) => build.ingressNginxAnnotations(...known));
    }
    case "haproxy":
      return all([context.model, name, issuer]).apply((known) => build.haproxyAnnotations(...known));
    default:
      return controller satisfies never;
  }
}

/** Traefik redirects by a Middleware, on the entry point of plain HTTP. */
function createRedirect(context: Context, service: k8s.core.v1.Service): void {
  const middleware = createTraefik(context, "Middleware", service, context.model.apply(build.redirectSchemeSpec));
  new k8s.networking.v1.Ingress(
    `${context.name}-redirect`,
    {
      metadata: metadata(context, middleware.apply(build.traefikRedirectAnnotations)),
      spec: all([context.model, service.metadata.name]).apply((known) => build.redirectIngressSpec(...known)),
    },
    context.options,
  );
}

/**
 * A custom resource of Traefik, and how Traefik's annotations refer to it. A neighbour says in which namespace it is: of a custom resource only the cluster knows
 * whether it lives in one, so that a rendering without `namespace` would name none.
 */
function createTraefik(
  context: Context,
  kind: string,
  neighbour: k8s.core.v1.Secret | k8s.core.v1.Service,
  spec: Output<Record<string, unknown>>,
): Output<string> {
  const resource = new k8s.apiextensions.CustomResource(
    `${context.name}-${kind === "Middleware" ? "redirect" : "transport"}`,
    { apiVersion: "traefik.io/v1alpha1", kind, metadata: metadata(context), spec },
    context.options,
  );
  return interpolate`${neighbour.metadata.namespace}-${resource.metadata.name}@kubernetescrd`;
}

function issuerOf(tls: TlsArgs): Output<build.CertManagerIssuer> {
  return output({ issuer: tls.certManagerIssuer, clusterIssuer: tls.certManagerClusterIssuer });
}
