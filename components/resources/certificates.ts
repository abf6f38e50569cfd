import * as k8s from "@pulumi/kubernetes";
import { all, type CustomResourceOptions, interpolate, type Input, type Output } from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { CA_VALIDITY, LEAF_VALIDITY, renewalPeriod, type Validity } from "../build/certificates";
import { dashboards } from "../build/dashboards";
import { tlsIdentity } from "../build/ingress";
import { METRICS_CA_KEY } from "../build/metrics";
import { serviceDnsNames } from "../build/service";
import { argumentsError } from "../rules/problems";
import { type Context, metadata } from "./context";

const KEY = { algorithm: "ECDSA", ecdsaCurve: "P256" };

/** The private CA of one dashboard, which signs two certificates and whose key is in no Secret. */
export interface CertificateAuthority {
  readonly key: tls.PrivateKey;
  readonly certificate: tls.SelfSignedCert;
}

/**
 * The private CA by which the pod and the ingress controller know each other, or that by which the pod knows who may scrape its metrics.
 *
 * The two have different names: nginx tells TLS sessions of two ports apart by the names of their CAs.
 */
export function createCertificateAuthority(context: Context, of?: "metrics"): CertificateAuthority {
  const options = renewed(context, CA_VALIDITY);
  const name = of === undefined ? `${context.name}-ca` : `${context.name}-${of}-ca`;
  const key = new tls.PrivateKey(name, KEY, options);
  const certificate = new tls.SelfSignedCert(
    name,
    {
      privateKeyPem: key.privateKeyPem,
      isCaCertificate: true,
      setSubjectKeyId: true,
      subject: { commonName: `${context.name} ${of ?? "private"} CA` },
      allowedUses: ["cert_signing", "crl_signing"],
      ...validity(CA_VALIDITY),
    },
    options,
  );
  return { key, certificate };
}

/** The name of a ConfigMap with the CA's certificate: another one with each CA. */
export function publishCertificateAuthority(context: Context, { certificate }: CertificateAuthority): Output<string> {
  return new k8s.core.v1.ConfigMap(
    `${context.name}-ca`,
    { metadata: metadata(context), data: { "ca.crt": certificate.certPem } },
    renewedWithAuthority(context),
  ).metadata.name;
}

/**
 * Options of what is made anew beside the old one whenever the CA is: a pod and its Service, which know that CA only. The old ones serve,
 * and know the old CA, until the controller has been told of the new ones; if the new pod does not start, they go on.
 */
export function renewedWithAuthority(context: Context): CustomResourceOptions {
  return renewed(context, CA_VALIDITY);
}

/** The scraper's client certificate, which opens the port of metrics only, and the CA by which it knows the pod, in a Secret. */
export function createScraperCertificate(
  context: Context,
  authority: CertificateAuthority,
  pod: CertificateAuthority,
  namespace: Output<string> | undefined,
): k8s.core.v1.Secret {
  const also = { "ca.crt": pod.certificate.certPem };
  return createSigned(context, authority, {
    part: "metrics-client-tls",
    dnsNames: undefined,
    use: "client_auth",
    also,
    namespace,
  });
}

/** The pod's certificate, for the Service's DNS names and for the name that controllers verify, in a Secret. */
export function createServerCertificate(
  context: Context,
  authority: CertificateAuthority,
  service: k8s.core.v1.Service,
  scrapers: CertificateAuthority | undefined,
): k8s.core.v1.Secret {
  const dnsNames = all([service.metadata.name, service.metadata.namespace]).apply(([name, namespace]) => [
    tlsIdentity(context.name),
    ...serviceDnsNames(name, knownNamespace(context.name, namespace)),
  ]);
  const also = scrapers && { [METRICS_CA_KEY]: scrapers.certificate.certPem };
  return createSigned(context, authority, { part: "server-tls", dnsNames, use: "server_auth", also });
}

/** A provider that only writes manifests into a folder (`renderYamlToDirectory`) gives an object no namespace, and certificates and Traefik's references are made of it. */
function knownNamespace(name: string, namespace: string | undefined): string {
  if (namespace !== undefined) return namespace;
  const reason =
    "is not known, since the provider renders manifests and names none: write the namespace that they will be applied in, here or in the provider's arguments.";
  throw argumentsError(name, [{ path: "namespace", reason }]);
}

/** The ingress controller's client certificate, in a Secret: whoever has it gets through the pod's TLS handshake. */
export function createClientCertificate(context: Context, authority: CertificateAuthority): k8s.core.v1.Secret {
  return createSigned(context, authority, { part: "client-tls", dnsNames: undefined, use: "client_auth" });
}

interface Signed {
  readonly part: string;
  readonly dnsNames: Input<string[]> | undefined;
  /** One use only, so that neither certificate can stand in for the other. */
  readonly use: "server_auth" | "client_auth";
  /** Further keys of the Secret, or another `ca.crt` than the signer's. */
  readonly also?: Readonly<Record<string, Output<string>>>;
  /** Namespace of the Secret, where it is not the dashboard's. */
  readonly namespace?: Output<string>;
}

function createSigned(
  context: Context,
  authority: CertificateAuthority,
  { part, dnsNames, use, also, namespace }: Signed,
): k8s.core.v1.Secret {
  const name = `${context.name}-${part}`;
  const options = renewed(context, LEAF_VALIDITY);
  const key = new tls.PrivateKey(name, KEY, options);
  const request = new tls.CertRequest(
    name,
    { privateKeyPem: key.privateKeyPem, subject: { commonName: name }, dnsNames },
    options,
  );
  const certificate = new tls.LocallySignedCert(
    name,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: authority.key.privateKeyPem,
      caCertPem: authority.certificate.certPem,
      allowedUses: ["digital_signature", use],
      setSubjectKeyId: true,
      ...validity(LEAF_VALIDITY),
    },
    options,
  );
  const data = { "ca.crt": authority.certificate.certPem, ...also };
  return createTlsSecret(context, { part, key, certificate: certificate.certPem, data, namespace });
}

/** A certificate for the public hosts that signs itself, in a Secret: no browser trusts it until told to. */
export function createSelfSignedCertificate(context: Context): k8s.core.v1.Secret {
  const name = `${context.name}-public-tls`;
  const options = renewed(context, LEAF_VALIDITY);
  const key = new tls.PrivateKey(name, KEY, options);
  const certificate = new tls.SelfSignedCert(
    name,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: `${context.name} self-signed` },
      dnsNames: context.model.apply((model) => dashboards(model).map(({ host }) => host)),
      allowedUses: ["digital_signature", "server_auth"],
      setSubjectKeyId: true,
      ...validity(LEAF_VALIDITY),
    },
    options,
  );
  const data = { "ca.crt": certificate.certPem };
  return createTlsSecret(context, { part: "public-tls", key, certificate: certificate.certPem, data });
}

interface TlsSecret extends Pick<Signed, "part" | "namespace"> {
  readonly key: tls.PrivateKey;
  readonly certificate: Output<string>;
  readonly data: Readonly<Record<string, Output<string>>>;
}

function createTlsSecret(context: Context, wish: TlsSecret): k8s.core.v1.Secret {
  const { part, key, certificate, data, namespace } = wish;
  const own = metadata(context);
  return new k8s.core.v1.Secret(
    `${context.name}-${part}`,
    {
      metadata: namespace === undefined ? own : { ...own, namespace },
      type: "kubernetes.io/tls",
      stringData: { "tls.crt": certificate, "tls.key": key.privateKeyPem, ...data },
    },
    context.options,
  );
}

function validity({ hours, earlyRenewalHours }: Validity): { validityPeriodHours: number; earlyRenewalHours: number } {
  return { validityPeriodHours: hours, earlyRenewalHours };
}

/** Options of a child that is made anew with each `rotation` and with each calendar period of its validity. */
function renewed({ rotation, options }: Context, period: Validity): CustomResourceOptions {
  return { ...options, replacementTrigger: interpolate`${rotation}, ${renewalPeriod(period, new Date())}` };
}
