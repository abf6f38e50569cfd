import { Config } from "@pulumi/pulumi";
import type { AuthArgs, PersistenceArgs } from "secure-flower";

const config = new Config();

/** What differs between the environments, typed; whatever is missing or misspelled stops the program by its name. */
export const settings = {
  host: config.require("host"),
  adminHost: config.require("adminHost"),
  adminSourceRanges: config.requireObject<string[]>("adminSourceRanges"),
  issuer: config.require("issuer"),
  namespace: config.require("namespace"),
  brokerUrl: config.requireSecret("brokerUrl"),
  flowerImage: config.get("flowerImage"),
  nginxImage: config.get("nginxImage"),
  auth: logIn(),
  persistence: history(),
};

function logIn(): AuthArgs {
  const people = {
    viewers: config.requireObject<string[]>("viewers"),
    admins: config.requireObject<string[]>("admins"),
  };
  const kind = config.require("logIn");
  switch (kind) {
    case "basic":
      return { basic: people };
    case "google":
      return {
        oauth: {
          provider: "google",
          clientId: config.require("clientId"),
          clientSecret: config.requireSecret("clientSecret"),
          ...people,
        },
      };
    default:
      throw new Error(`queues:logIn is ${JSON.stringify(kind)}: write basic or google`);
  }
}

/** Only where a class is named, which must be one that encrypts. */
function history(): PersistenceArgs | undefined {
  const storageClassName = config.get("storageClassName");
  return storageClassName === undefined ? undefined : { storageClassName, size: "1Gi" };
}
