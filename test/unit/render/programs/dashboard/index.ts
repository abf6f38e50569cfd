// A small program with everything that rendering must cope with: a component, generated passwords and certificates, a
// custom resource, configuration, and annotations that mean something to Pulumi only.
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";

const config = new pulumi.Config();

class Dashboard extends pulumi.ComponentResource {
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("example:index:Dashboard", name, {}, opts);
    const password = new random.RandomPassword(`${name}-password`, { length: 24 }, { parent: this });
    const key = new tls.PrivateKey(`${name}-key`, { algorithm: "ECDSA", ecdsaCurve: "P256" }, { parent: this });
    const certificate = new tls.SelfSignedCert(
      `${name}-certificate`,
      {
        privateKeyPem: key.privateKeyPem,
        allowedUses: ["server_auth"],
        validityPeriodHours: 24,
        dnsNames: [config.require("host")],
      },
      { parent: this },
    );
    const metadata = { namespace: "flower" };
    const secret = new k8s.core.v1.Secret(
      `${name}-login`,
      {
        metadata,
        stringData: { admin: password.result, "tls.crt": certificate.certPem, "tls.key": key.privateKeyPem },
      },
      { parent: this },
    );
    this.secretName = secret.metadata.name;
    new k8s.apps.v1.Deployment(
      name,
      {
        metadata,
        spec: {
          replicas: config.requireNumber("replicas"),
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name } },
            spec: {
              containers: [
                {
                  name: "app",
                  image: "example.com/app:1",
                  env: [
                    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: secret.metadata.name, key: "admin" } } },
                  ],
                },
              ],
            },
          },
        },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}

const dashboard = new Dashboard("queues");
new k8s.core.v1.Namespace("flower");
const settings = new k8s.core.v1.ConfigMap("settings", {
  metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
  data: { host: config.require("host"), secretName: dashboard.secretName, certificateAuthority: "on" },
});
new k8s.apiextensions.CustomResource("transport", {
  apiVersion: "traefik.io/v1alpha1",
  kind: "ServersTransport",
  metadata: { namespace: "flower" },
  spec: { serverName: pulumi.interpolate`${settings.metadata.name}.internal` },
});

export const secretName = dashboard.secretName;
