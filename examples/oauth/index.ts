import { Config } from "@pulumi/pulumi";
import { FlowerDashboard } from "secure-flower";
import type { OAuthArgs } from "secure-flower";

const config = new Config();

// What is one provider's own: githubHost, gitlabHost, gitlabGroups, oktaBaseUrl, caSecret …; see docs/sign-in and the stack files.
const further = config.getObject<Partial<OAuthArgs>>("further") ?? {};

const dashboard = new FlowerDashboard("queues", {
  host: config.require("host"),
  admin: {
    host: config.require("adminHost"),
    allowedSourceRanges: config.getObject<string[]>("adminSourceRanges") ?? ["10.0.0.0/8"],
  },
  allowedSourceRanges: config.getObject<string[]>("sourceRanges"),
  namespace: config.get("namespace"),
  broker: { url: config.requireSecret("brokerUrl"), peers: [{ namespace: "redis", ports: [6379] }] },
  auth: {
    oauth: {
      provider: config.require("provider"),
      clientId: config.require("clientId"),
      clientSecret: config.requireSecret("clientSecret"),
      viewers: config.getObject<string[]>("viewers") ?? ["*@example.com"],
      admins: config.getObject<string[]>("admins") ?? ["ada@example.com"],
      ...further,
    },
  },
  tls: { selfSigned: true },
  ingress: { controller: "ingress-nginx", httpsPort: config.getNumber("httpsPort") },
  flower: { image: config.get("flowerImage") },
});

export const url = dashboard.url;
export const adminUrl = dashboard.adminUrl;
/** To be registered at the provider. */
export const redirectUri = dashboard.redirectUri;
export const adminRedirectUri = dashboard.adminRedirectUri;
export const credentialSecretNames = dashboard.credentialSecretNames;
