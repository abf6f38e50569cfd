import * as k8s from "@pulumi/kubernetes";
import { all, type Output } from "@pulumi/pulumi";
import * as build from "../build/gateway";
import type { CertManagerIssuer, PublicCertificates } from "../build/ingress";
import { dashboardOf } from "../build/dashboards";
import type { Labels, Role } from "../model";
import { renewedWithAuthority } from "./certificates";
import { type Context, metadata } from "./context";

/** What a Gateway leads to, and how it proves itself there. */
export interface Backend {
  readonly service: k8s.core.v1.Service;
  readonly clientTls: k8s.core.v1.Secret;
  /** Name of the ConfigMap with the CA: the one kind that every implementation has to read it from. */
  readonly authority: Output<string>;
  readonly certificates: Output<PublicCertificates>;
  readonly issuer: Output<CertManagerIssuer>;
  /** Which dashboards there are; plain, since it decides which objects exist. */
  readonly roles: readonly Role[];
}

/** The Gateway API's objects: a Gateway with the client certificate, a route for each host, one that redirects, and the policy by which the pod is verified. */
export function createGatewayRoute(context: Context, backend: Backend): void {
  const { name, model } = context;
  const { service, clientTls, authority, certificates, issuer, roles } = backend;
  const serviceName = service.metadata.name;
  // Another one with each CA, for the Service of that CA, and before a route leads there: the old pair goes on until then.
  const policy = create(
    { ...context, options: renewedWithAuthority(context) },
    { kind: "BackendTLSPolicy", child: name },
    all([model, serviceName, authority]).apply((known) => build.backendTlsPolicySpec(...known)),
  );
  const verified = all([serviceName, policy]).apply(([known]) => known);
  const annotations = all([model, issuer]).apply((known) => build.gatewayAnnotations(...known));
  const gateway = create(
    context,
    { kind: "Gateway", child: name, annotations },
    all([model, certificates, clientTls.metadata.name]).apply((known) => build.gatewaySpec(...known)),
  );
  for (const role of roles) {
    create(
      context,
      { kind: "HTTPRoute", child: role === "viewer" ? name : `${name}-${role}` },
      all([model, gateway, verified]).apply(([decided, ...names]) =>
        build.httpRouteSpec(decided, dashboardOf(decided, role), ...names),
      ),
    );
  }
  create(
    context,
    { kind: "HTTPRoute", child: `${name}-redirect` },
    all([model, gateway]).apply((known) => build.redirectRouteSpec(...known)),
  );
}

interface Child {
  readonly kind: string;
  readonly child: string;
  readonly annotations?: Output<Labels>;
}

function create(
  context: Context,
  { kind, child, annotations }: Child,
  spec: Output<Record<string, unknown>>,
): Output<string> {
  const resource = new k8s.apiextensions.CustomResource(
    child,
    { apiVersion: "gateway.networking.k8s.io/v1", kind, metadata: metadata(context, annotations), spec },
    context.options,
  );
  return resource.metadata.name;
}
