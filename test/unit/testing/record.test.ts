import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { describe, expect, test } from "vitest";
import { createMocks, isKnown, recordResources, valueOf } from "../../../testing";
import { isSecret } from "./programs";

class Shop extends pulumi.ComponentResource {
  readonly secret: k8s.core.v1.Secret;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("example:index:Shop", name, {}, opts);
    const { result } = new random.RandomPassword(`${name}-login`, { length: 20 }, { parent: this });
    this.secret = new k8s.core.v1.Secret(
      `${name}-login`,
      { stringData: { user: "ana", password: result } },
      { parent: this },
    );
  }
}

/** A resource of a provider that the mocks know nothing of. */
class Bucket extends pulumi.CustomResource {
  declare readonly address: pulumi.Output<string>;
  declare readonly size: pulumi.Output<number>;

  constructor(name: string, args: { size: pulumi.Input<number> }, opts?: pulumi.CustomResourceOptions) {
    super("cloud:index:Bucket", name, { ...args, address: undefined }, opts);
  }
}

describe("a recording", () => {
  test("has every resource with its type, name, inputs, parent and options", async () => {
    const { resources, find } = await recordResources(() => new Shop("shop", { protect: true }));

    expect(resources.map(({ type, name }) => `${type} ${name}`)).toEqual([
      "example:index:Shop shop",
      "random:index/randomPassword:RandomPassword shop-login",
      "kubernetes:core/v1:Secret shop-login",
    ]);
    const secret = find("kubernetes:core/v1:Secret");
    expect(secret.inputs.stringData.user).toBe("ana");
    expect(secret.inputs.stringData.password).toHaveLength(20);
    expect(secret.secretInputs).toEqual(["stringData"]);
    expect(secret.registration?.parent).toBe("urn:pulumi:stack::project::example:index:Shop::shop");
    expect(secret.registration?.options.protect).toBe(true);
    expect(secret.registration?.options.dependsOn).toEqual([expect.stringContaining("RandomPassword::shop-login")]);
  });

  test("waits for what is registered late, in an apply or after a delay", async () => {
    const { resources } = await recordResources(async () => {
      const first = new k8s.core.v1.ConfigMap("first");
      first.metadata.name.apply((name) =>
        new k8s.core.v1.ConfigMap(`${name}-second`).metadata.name.apply(
          (inner) => new k8s.core.v1.ConfigMap(`${inner}-third`),
        ),
      );
      await Promise.resolve();
    });

    expect(resources.map(({ name }) => name)).toEqual(["first", "first-second", "first-second-third"]);
  });

  test("names what was registered when the wanted resource is not there", async () => {
    const { find } = await recordResources(() => new k8s.core.v1.ConfigMap("settings"));

    expect(() => find("kubernetes:core/v1:Secret")).toThrow("registered were: kubernetes:core/v1:ConfigMap settings");
  });

  test("fails with the error of a program, of an apply and of a registration", async () => {
    const failing = (message: string) => (): never => {
      throw new Error(message);
    };

    await expect(recordResources(failing("in the program"))).rejects.toThrow("in the program");
    await expect(recordResources(() => void pulumi.output(1).apply(failing("in an apply")))).rejects.toThrow(
      "in an apply",
    );
    const broken = { newResource: failing("in a mock") };
    await expect(recordResources(() => new k8s.core.v1.ConfigMap("a"), { override: broken })).rejects.toThrow(
      "in a mock",
    );
  });

  test("fails at once when an Output rejects on which many registrations wait", async () => {
    const name = pulumi.output(1).apply((): string => {
      throw new Error("no such name");
    });

    await expect(
      recordResources(() => {
        const map = new k8s.core.v1.ConfigMap("a", { metadata: { name } });
        new k8s.core.v1.ConfigMap("b", { metadata: { name: map.metadata.name } });
      }),
    ).rejects.toThrow("no such name");
  });

  test("gives the program its configuration, project and stack", async () => {
    const { result } = await recordResources(
      () => {
        const config = new pulumi.Config();
        const names = [
          pulumi.getProject(),
          pulumi.getStack(),
          pulumi.getOrganization(),
          new pulumi.Config("other").get("key"),
        ];
        return { host: config.require("host"), password: config.requireSecret("password"), names };
      },
      {
        project: "shop",
        stack: "dev",
        organization: "acme",
        config: { host: "a", password: "b", "other:key": "c" },
        secretConfig: ["password"],
      },
    );

    expect(result.host).toBe("a");
    expect(result.names).toEqual(["shop", "dev", "acme", "c"]);
    expect(await isSecret(result.password)).toBe(true);
  });

  test("runs resource transforms: a resource's own, then its parents', then the stack's", async () => {
    const mark =
      (text: string): pulumi.ResourceTransform =>
      ({ type, props, opts }) =>
        type.startsWith("kubernetes:")
          ? {
              props: { ...props, data: { order: `${String(props.data?.order ?? "")}${text}` } },
              opts: { ...opts, protect: true },
            }
          : undefined;
    const { find } = await recordResources(() => {
      pulumi.runtime.registerResourceTransform(mark("3"));
      const parent = new pulumi.ComponentResource("example:index:Parent", "parent", {}, { transforms: [mark("2")] });
      new k8s.core.v1.ConfigMap("settings", {}, { parent, transforms: [mark("1")] });
    });
    const settings = find("kubernetes:core/v1:ConfigMap");

    expect(settings.inputs.data).toEqual({ order: "123" });
    expect(settings.registration?.options.protect).toBe(true);
  });
});

describe("a Kubernetes object", () => {
  test("comes back with its inputs, a name and a namespace", async () => {
    const { result } = await recordResources(() => ({
      named: new k8s.core.v1.ConfigMap("a", { metadata: { name: "b", namespace: "c", labels: { d: "e" } } }),
      plain: new k8s.core.v1.ConfigMap("plain", { data: { key: "value" } }),
      cluster: new k8s.core.v1.Namespace("cluster"),
      custom: new k8s.apiextensions.CustomResource("custom", {
        apiVersion: "example.com/v1",
        kind: "Thing",
        metadata: {},
      }),
      elsewhere: new k8s.core.v1.ConfigMap("elsewhere", {}, { provider: new k8s.Provider("p", { namespace: "q" }) }),
      existing: k8s.core.v1.Service.get("existing", "there/service"),
    }));

    expect(await valueOf(result.named.metadata)).toEqual({ name: "b", namespace: "c", labels: { d: "e" } });
    expect(await valueOf(result.named.id)).toBe("c/b");
    expect(await valueOf(result.plain.metadata)).toEqual({ name: "plain", namespace: "default" });
    expect(await valueOf(result.plain.data)).toEqual({ key: "value" });
    expect(await valueOf(result.cluster.metadata)).toEqual({ name: "cluster" });
    expect(await valueOf(result.custom.metadata)).toEqual({ name: "custom" });
    expect(await valueOf(result.elsewhere.metadata.namespace)).toBe("q");
    expect(await valueOf(result.existing.metadata)).toEqual({ name: "service", namespace: "there" });
  });

  test("keeps the values of a Secret secret, and gives them in base64 too", async () => {
    const { result } = await recordResources(() => new Shop("shop"));
    const { secret } = result;
    const texts = await valueOf(secret.stringData);
    const data = await valueOf(secret.data);

    expect(await isSecret(secret.data)).toBe(true);
    expect(await isSecret(secret.stringData)).toBe(true);
    expect(await isSecret(secret.metadata)).toBe(false);
    expect(Buffer.from(data!.password!, "base64").toString()).toBe(texts!.password);
  });
});

describe("other providers", () => {
  test("echo their inputs, until a mock of one's own answers", async () => {
    const program = () => new Bucket("files", { size: 3 });
    const plain = await recordResources(program);
    const mocked = await recordResources(program, {
      override: {
        newResource: ({ type, inputs }) =>
          type === "cloud:index:Bucket" ? { id: "b", state: { ...inputs, address: "there" } } : undefined,
      },
    });

    expect(await valueOf(plain.result.size)).toBe(3);
    expect(await valueOf(plain.result.address)).toBeUndefined();
    expect(await valueOf(mocked.result.address)).toBe("there");
    expect(await valueOf(mocked.result.size)).toBe(3);
  });

  test("have the outputs secret that the resource declares so", async () => {
    const { result } = await recordResources(
      () => new Bucket("files", { size: 3 }, { additionalSecretOutputs: ["size"] }),
    );

    expect(await isSecret(result.size)).toBe(true);
  });

  test("answer functions by one's own mock, and refuse those that need a real provider", async () => {
    const call = ({ token }: { token: string }) => (token === "cloud:index:look" ? { found: 1 } : undefined);
    const ask = (token: string) => () => valueOf(pulumi.output(pulumi.runtime.invoke(token, {})));

    expect((await recordResources(ask("cloud:index:look"), { override: { call } })).result).toEqual({ found: 1 });
    await expect(recordResources(ask("kubernetes:helm:template"))).rejects.toThrow("needs a real provider");
  });

  test("answer a stack reference from the outputs that were given", async () => {
    const { result } = await recordResources(
      () => new pulumi.StackReference("acme/cluster/dev").requireOutput("domain"),
      { stackOutputs: { "acme/cluster/dev": { domain: "example.com" } } },
    );

    expect(await valueOf(result)).toBe("example.com");
  });
});

describe("a preview", () => {
  test("knows what a program says, and nothing that is computed", async () => {
    const { result, find } = await recordResources(
      () => {
        const shop = new Shop("shop");
        const service = new k8s.core.v1.Service("web");
        const settings = new k8s.core.v1.ConfigMap("settings", {
          data: { login: shop.secret.metadata.name, uid: shop.secret.metadata.uid },
        });
        return { shop, settings, service, password: new random.RandomPassword("p", { length: 9 }) };
      },
      { preview: true },
    );

    expect(await isKnown(result.password.result)).toBe(false);
    expect(await isKnown(result.password.length)).toBe(true);
    expect(await isKnown(result.shop.secret.id)).toBe(false);
    expect(await isKnown(result.service.status)).toBe(false);
    expect(find("kubernetes:core/v1:Secret").unknownInputs).toEqual(["stringData"]);
  });

  test("knows computed outputs where asked to", async () => {
    const { result } = await recordResources(() => new Shop("shop"), { preview: true, knownInPreview: true });

    expect(await isKnown(result.secret.stringData)).toBe(true);
    expect(await valueOf(result.secret.metadata.name)).toBe("shop-login");
  });
});

describe("the bare mocks", () => {
  test("work with setMocks, for programs that are imported", async () => {
    const mocks = createMocks({ seed: "tests" });
    await pulumi.runtime.setMocks(mocks, "shop", "dev");
    const shop = new Shop("bare");

    expect(await isSecret(shop.secret.stringData)).toBe(true);
    expect(mocks.resources.map(({ name }) => name)).toEqual(["bare", "bare-login", "bare-login"]);
    expect(mocks.resources[2]!.inputs.stringData.user).toBe("ana");
    expect(mocks.resources[2]!.secretInputs).toEqual(["stringData"]);
    const existing = k8s.core.v1.Service.get("existing", "there/service");
    expect(await valueOf(existing.metadata)).toEqual({ name: "service", namespace: "there" });
  });
});
