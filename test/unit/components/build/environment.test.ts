import { describe, expect, test } from "vitest";
import { dashboardUrl, flowerEnvironment, plain } from "../../../../components/build/flower";
import { prepareContainer } from "../../../../components/build/containers";
import { changed, full, minimal, modelOf, withAdmin } from "../arguments";

const SECRETS = {
  brokerUrl: { name: "queues-broker-1", key: "url" },
  managementApiUrl: undefined,
};

const fromSecret = (name: string, secret: string, key: string) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

describe("the environment of Flower", () => {
  test("of the viewers: on loopback, read-only, and nothing from a file", () => {
    const model = modelOf(minimal);
    expect(flowerEnvironment(model, model.viewer, SECRETS)).toEqual([
      ...plain({
        MINIMUM_FLOWER_VERSION: "2.2.0",
        FLOWER_ADDRESS: "127.0.0.1",
        FLOWER_PORT: "5555",
        FLOWER_URL_PREFIX: "flower",
        FLOWER_READ_ONLY: "true",
        FLOWER_CONF: "/dev/null",
        FLOWER_MAX_TASKS: "10000",
        FLOWER_INSPECT_TIMEOUT: "1000",
        FLOWER_NATURAL_TIME: "false",
        COOKIE_SECRET_FILE: "/run/secrets/flower/cookie/cookie-secret",
        BASIC_AUTH_USERS_DIR: "/run/secrets/flower/users",
      }),
      fromSecret("CELERY_BROKER_URL", "queues-broker-1", "url"),
    ]);
  });

  test("of the admins, with every member: on a port of its own, writable", () => {
    const model = modelOf(full);
    const secrets = {
      ...SECRETS,
      managementApiUrl: { name: "queues-broker-1", key: "managementApiUrl" },
    };
    expect(flowerEnvironment(model, model.admin ?? model.viewer, secrets)).toEqual([
      ...plain({
        MINIMUM_FLOWER_VERSION: "2.2.0",
        FLOWER_ADDRESS: "127.0.0.1",
        FLOWER_PORT: "5556",
        FLOWER_URL_PREFIX: "tools/flower_1",
        FLOWER_READ_ONLY: "false",
        FLOWER_CONF: "/dev/null",
        FLOWER_MAX_TASKS: "5000",
        FLOWER_INSPECT_TIMEOUT: "2000",
        FLOWER_NATURAL_TIME: "true",
        FLOWER_PURGE_OFFLINE_WORKERS: "3600",
        FLOWER_TASKS_COLUMNS: "name,uuid,state",
        FLOWER_PERSISTENT: "true",
        FLOWER_DB: "/var/lib/flower/history/flower.db",
        FLOWER_STATE_SAVE_INTERVAL: "300000",
        METRICS_DASHBOARD: "queues.example.com",
        METRICS_ROLE: "admin",
        REDACT_TASK_ARGUMENTS: "true",
        COOKIE_SECRET_FILE: "/run/secrets/flower/cookie/cookie-secret",
        BASIC_AUTH_USERS_DIR: "/run/secrets/flower/users",
        BROKER_CA_FILE: "/run/secrets/flower/broker-ca/ca.crt",
        BROKER_CERT_FILE: "/run/secrets/flower/broker-client/tls.crt",
        BROKER_KEY_FILE: "/run/secrets/flower/broker-client/tls.key",
      }),
      fromSecret("CELERY_BROKER_URL", "queues-broker-1", "url"),
      fromSecret("FLOWER_BROKER_API", "queues-broker-1", "managementApiUrl"),
    ]);
  });

  test("leaves a variable out rather than empty, on which Flower would crash", () => {
    expect(plain({ A: undefined, B: "", C: "c" })).toEqual([
      { name: "B", value: "" },
      { name: "C", value: "c" },
    ]);
  });
});

describe("the environment of the init container", () => {
  test.each([
    ["viewers only", minimal, undefined],
    ["admins too", withAdmin, "/run/secrets/flower/users/admin"],
  ])("names the users of each role: %s", (_, args, admins) => {
    expect(prepareContainer(modelOf(args)).env).toEqual(
      plain({
        MINIMUM_FLOWER_VERSION: "2.2.0",
        STATIC_DIR: "/srv/static",
        LOGINS_DIR: "/run/logins",
        VIEWER_USERS_DIR: "/run/secrets/flower/users/viewer",
        ADMIN_USERS_DIR: admins,
      }),
    );
  });
});

test.each([
  [minimal, "https://queues.example.com/flower/"],
  [changed(minimal, { "ingress.httpsPort": 443 }), "https://queues.example.com/flower/"],
  [changed(minimal, { "ingress.httpsPort": 8443, urlPrefix: "a/b" }), "https://queues.example.com:8443/a/b/"],
])("the public URL has the port if it is not the default, and ends in a slash (%#)", (args, url) => {
  const model = modelOf(args);
  expect(dashboardUrl(model.viewer, model)).toBe(url);
});
