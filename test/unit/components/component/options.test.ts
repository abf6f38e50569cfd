import * as k8s from "@pulumi/kubernetes";
import { type ComponentResourceOptions, output, type ResourceTransformation, secret } from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { describe, expect, test, vi } from "vitest";
import { FlowerDashboard } from "../../../../components/flowerDashboard";
import { isKnown, recordResources, valueOf } from "../../../../testing";
import { bare, changed, existing, full, minimal, signIn, signInFully, withAdmin } from "../arguments";
import { childrenOf, ingressOf, label, recordDashboard, templateOf } from "./recorded";

describe("the outputs", () => {
  test("of viewers only", async () => {
    const { result } = await recordDashboard(changed(minimal, { namespace: "celery" }));
    expect(await valueOf(result.url)).toBe("https://queues.example.com/flower/");
    expect(result.adminUrl).toBeUndefined();
    expect(await valueOf(result.namespace)).toBe("celery");
    expect(await valueOf(result.serviceName)).toBe("queues");
    expect(await valueOf(result.clientCertificateSecretName)).toBe("queues-client-tls");
    expect(await valueOf(result.credentialSecretNames)).toEqual({
      viewer: "queues-viewer",
      broker: "queues-broker",
      cookie: "queues-cookie",
    });
  });

  test("of admins too", async () => {
    const { result } = await recordDashboard(full);
    expect(await valueOf(result.adminUrl)).toBe("https://queues-admin.example.com:8443/tools/flower_1/");
    expect(await valueOf(result.credentialSecretNames)).toMatchObject({ admin: "queues-admin" });
  });

  test("have the redirect URIs to register, made of the same host and prefix as all else", async () => {
    const changes = { urlPrefix: "tools/flower", "ingress.httpsPort": 8443 };
    const { result } = await recordDashboard(changed(signInFully, changes));
    expect(await valueOf(result.redirectUri!)).toBe("https://queues.example.com:8443/tools/flower/login");
    expect(await valueOf(result.adminRedirectUri!)).toBe("https://queues-admin.example.com:8443/tools/flower/login");
    const viewersOnly = (await recordDashboard(signIn)).result;
    expect(await valueOf(viewersOnly.redirectUri!)).toBe("https://queues.example.com/flower/login");
    expect(viewersOnly.adminRedirectUri).toBeUndefined();
  });

  test("have no redirect URI where people log in by password", async () => {
    const { result } = await recordDashboard(withAdmin);
    expect([result.redirectUri, result.adminRedirectUri]).toEqual([undefined, undefined]);
  });

  test("are registered as they are, so that other languages see the same", async () => {
    // Protected, and defined by ComponentResource.
    const prototype = FlowerDashboard.prototype as unknown as { registerOutputs(outputs?: unknown): void };
    const registerOutputs = vi.spyOn(prototype, "registerOutputs");
    const { result } = await recordDashboard(withAdmin);
    const properties = Object.entries(result).filter(([name]) => !name.startsWith("__") && name !== "urn");
    expect(registerOutputs.mock.calls[0]).toEqual([Object.fromEntries(properties)]);
    registerOutputs.mockRestore();
  });
});

describe("a change of", () => {
  const annotationsOf = (recording: Awaited<ReturnType<typeof recordDashboard>>) =>
    templateOf(recording).metadata.annotations;

  test("rotation renews every generated credential and key, and rolls the pod", async () => {
    const [before, after] = [
      await recordDashboard(withAdmin),
      await recordDashboard(changed(withAdmin, { rotation: 2 })),
    ];
    const passwords = (recording: typeof before) =>
      recording.resources.filter(({ type }) => type.startsWith("random:"));
    expect(new Set(passwords(before).map(({ inputs }) => JSON.stringify(inputs.keepers)))).toEqual(
      new Set(['{"rotation":"1"}']),
    );
    expect(new Set(passwords(after).map(({ inputs }) => JSON.stringify(inputs.keepers)))).toEqual(
      new Set(['{"rotation":"2"}']),
    );
    expect(annotationsOf(before)["secure-flower/rotation"]).toBe("1");
    expect(annotationsOf(after)["secure-flower/rotation"]).toBe("2");
  });

  const triggersOf = async (args: typeof minimal, kinds: RegExp) => {
    const triggers = new Map<string, unknown>();
    const record: ResourceTransformation = ({ type, name, props, opts }) => {
      triggers.set(`${type.split(":").pop() ?? ""} ${name}`, opts.replacementTrigger);
      return { props, opts };
    };
    await recordDashboard(args, { opts: { transformations: [record] } });
    const made = [...triggers].filter(([each]) => kinds.test(each));
    return Promise.all(made.map(async ([each, trigger]) => [each, await valueOf(trigger)] as const));
  };

  test("rotation or of the calendar period replaces every key and certificate", async () => {
    const certificate = changed(withAdmin, {
      tls: { selfSigned: true },
      rotation: "word",
      metrics: { namespace: "monitoring" },
    });
    const triggers = await triggersOf(certificate, /^(?:PrivateKey|CertRequest|SelfSignedCert|LocallySignedCert) /);
    expect(triggers).toHaveLength(15);
    for (const [each, trigger] of triggers) {
      const months = each.endsWith("-ca") ? 60 : 6;
      expect([each, trigger]).toEqual([each, expect.stringMatching(new RegExp(`^word, ${months}-month period \\d+$`))]);
    }
  });

  test("the CA makes a Service and a Deployment beside the old ones, which serve until the controller is sent to the new ones", async () => {
    const [[, authority], ...others] = (await triggersOf(
      withAdmin,
      /^(?:PrivateKey queues-ca|ConfigMap queues-ca|ServersTransport|Service|Deployment|Ingress)\b/,
    )) as [[string, unknown], ...[string, unknown][]];
    expect(others).toEqual([
      ["ConfigMap queues-ca", authority],
      ["ServersTransport queues-transport", authority],
      ["Service queues", authority],
      ["Deployment queues", authority],
      ["Ingress queues", undefined],
      ["Ingress queues-redirect", undefined],
    ]);
    const recording = await recordDashboard(withAdmin);
    const { urn } = recording.find("kubernetes:apps/v1:Deployment").registration!;
    for (const ingress of ["queues", "queues-redirect"]) {
      const { options } = recording.find("kubernetes:networking.k8s.io/v1:Ingress", ingress).registration!;
      expect(options.dependsOn).toContain(urn);
    }
  });

  test("host changes the pod's template, so that the pod rolls", async () => {
    const [before, after] = [
      await recordDashboard(minimal),
      await recordDashboard(changed(minimal, { host: "b.example" })),
    ];
    expect(annotationsOf(after)).not.toEqual(annotationsOf(before));
  });

  test("nothing changes nothing", async () => {
    const seeded = { seed: "same", now: new Date("2026-11-24T00:00:00Z") };
    const [before, after] = [await recordDashboard(full, seeded), await recordDashboard(full, seeded)];
    const inputs = (recording: typeof before) =>
      Object.fromEntries(recording.resources.map((each) => [label(each), each.inputs]));
    expect(inputs(after)).toEqual(inputs(before));
  });
});

describe("a pod that is made anew with the private CA", () => {
  test.each([
    ["beside the old one", minimal, false],
    [
      "after the old one, which has the volume until then",
      changed(minimal, { persistence: { storageClassName: "encrypted", size: "1Gi" } }),
      true,
    ],
  ] as const)("is made %s", async (_, args, deleteBeforeReplace) => {
    const { find } = await recordDashboard(args);
    expect(find("kubernetes:apps/v1:Deployment").registration?.options).toMatchObject({ deleteBeforeReplace });
  });
});

describe("the caller's options", () => {
  test("reach every child: a provider", async () => {
    const recording = await recordResources(() => {
      const provider = new k8s.Provider("elsewhere", { namespace: "celery" });
      return new FlowerDashboard("queues", minimal, { provider });
    });
    const objects = childrenOf(recording).filter(({ type }) => /^kubernetes:.*\/v1/.test(type));
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.filter(({ provider }) => provider?.includes("::elsewhere::") !== true).map(label)).toEqual([]);
    expect(await valueOf(recording.result.namespace)).toBe("celery");
  });

  test("reach every child: protection, and a transformation", async () => {
    const seen: string[] = [];
    const opts: ComponentResourceOptions = {
      protect: true,
      transformations: [({ name, props, opts: given }) => {
        seen.push(name);
        return { props, opts: given };
      }],
    }; // prettier-ignore
    const recording = await recordDashboard(minimal, { opts });
    const children = childrenOf(recording);
    expect(children.filter(({ registration }) => registration?.options.protect !== true).map(label)).toEqual([]);
    expect(new Set(seen)).toEqual(new Set(recording.resources.map(({ name }) => name)));
  });

  test("reach every child: a transform, which can change what arguments cannot", async () => {
    const { find } = await recordDashboard(minimal, {
      opts: {
        transforms: [
          ({ type, props, opts }) =>
            type === "kubernetes:apps/v1:Deployment"
              ? { props: { ...props, spec: { ...props.spec, minReadySeconds: 7 } }, opts }
              : undefined,
        ],
      },
    });
    expect(find("kubernetes:apps/v1:Deployment").inputs.spec.minReadySeconds).toBe(7);
  });
});

describe("a preview in which nothing is known yet", () => {
  test.each([
    ["minimal", minimal],
    ["full", full],
    ["existing", existing],
    ["self-signed", changed(withAdmin, { tls: { selfSigned: true } })],
    ["bare", bare],
  ])("shows every resource that the deployment makes: %s", async (_, args) => {
    const [preview, deployment] = [await recordDashboard(args, { preview: true }), await recordDashboard(args)];
    expect(preview.resources.map(label).sort()).toEqual(deployment.resources.map(label).sort());
    expect(await isKnown(preview.result.url)).toBe(true);
    const { unknownInputs } = preview.find("kubernetes:core/v1:Secret", "queues-server-tls");
    expect(unknownInputs.length).toBeGreaterThan(0);
  });

  test("with an unknown host tells of no new password and of no other namespace", async () => {
    const program = () => {
      const host = new random.RandomString("other", { length: 8 }).result;
      return new FlowerDashboard("queues", changed(minimal, { host, namespace: "celery", rotation: 2 }));
    };
    const recording = await recordResources(program, { preview: true });
    const passwords = recording.resources.filter(({ type }) => type.endsWith(":RandomPassword"));
    expect(passwords.map(({ inputs }) => inputs.keepers as unknown)).toEqual(passwords.map(() => ({ rotation: "2" })));
    const objects = childrenOf(recording).filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.filter(({ inputs }) => inputs.metadata.namespace !== "celery").map(label)).toEqual([]);
    expect(recording.find("kubernetes:core/v1:ConfigMap", "queues-nginx").unknownInputs).not.toEqual([]);
  });

  test("works with arguments that are themselves unknown", async () => {
    const program = () => {
      const unknown = new random.RandomString("other", { length: 8 }).result;
      return new FlowerDashboard(
        "queues",
        changed(full, {
          host: unknown,
          namespace: unknown,
          allowedSourceRanges: [unknown, unknown],
          "broker.url": secret(unknown),
          "broker.caSecret": unknown,
          "tls.secretName": unknown,
          "pod.labels": output({ team: unknown }),
          "flower.image": unknown,
        }),
      );
    };
    const { result, resources } = await recordResources(program, { preview: true });
    expect(await isKnown(result.url)).toBe(false);
    const known = await recordDashboard(full);
    expect(
      resources
        .map(label)
        .filter((each) => each !== "RandomString other")
        .sort(),
    ).toEqual(known.resources.map(label).sort());
  });
});

describe("two dashboards", () => {
  test("in one program do not collide, and each has its own credentials", async () => {
    const { resources } = await recordResources(() => {
      new FlowerDashboard("queues", withAdmin);
      new FlowerDashboard("queues-2", changed(withAdmin, { host: "b.example", "admin.host": "c.example" }));
    });
    const urns = resources.map(({ registration }) => registration?.urn);
    expect(new Set(urns).size).toBe(resources.length);
    const selectors = resources
      .filter(({ type }) => type.endsWith(":Service"))
      .map(({ inputs }) => JSON.stringify(inputs.spec));
    expect(selectors[0]).not.toEqual(selectors[1]);
    const passwords = resources
      .filter(({ type }) => type.startsWith("random:"))
      .map(({ outputs }) => String(outputs?.result));
    expect(new Set(passwords).size).toBe(passwords.length);
  });
});

describe("a certificate of the public hosts", () => {
  test.each([
    ["a Secret for both", withAdmin, ["queues-tls", "queues-tls"]],
    ["a Secret for each", full, ["queues-tls", "queues-admin-tls"]],
    ["self-signed", changed(withAdmin, { tls: { selfSigned: true } }), ["queues-public-tls", "queues-public-tls"]],
    [
      "cert-manager",
      changed(withAdmin, { tls: { certManagerIssuer: "ca" } }),
      ["queues-public-tls", "queues-public-tls-admin"],
    ],
  ])("is found by the Ingress: %s", async (_, args, names) => {
    const { spec } = ingressOf(await recordDashboard(args));
    expect(spec.tls.map(({ secretName }) => secretName)).toEqual(names);
  });

  test.each([
    ["traefik", "certManagerIssuer", "cert-manager.io/issuer"],
    ["ingress-nginx", "certManagerClusterIssuer", "cert-manager.io/cluster-issuer"],
  ])("is asked of cert-manager: %s, %s", async (controller, member, annotation) => {
    const args = changed(minimal, { "ingress.controller": controller, tls: { [member]: "letsencrypt" } });
    expect(ingressOf(await recordDashboard(args)).metadata.annotations[annotation]).toBe("letsencrypt");
  });

  test("of the controller is named where the controller looks: ingress-nginx by the Ingress, Traefik by the Service", async () => {
    const nginx = ingressOf(
      await recordDashboard(changed(minimal, { "ingress.controller": "ingress-nginx", namespace: "celery" })),
    );
    expect(nginx.metadata.annotations["nginx.ingress.kubernetes.io/proxy-ssl-secret"]).toBe("celery/queues-client-tls");
    const { find } = await recordDashboard(changed(minimal, { namespace: "celery" }));
    expect(find("kubernetes:core/v1:Service").inputs.metadata.annotations).toEqual({
      "pulumi.com/skipAwait": "true",
      "traefik.ingress.kubernetes.io/service.serversscheme": "https",
      "traefik.ingress.kubernetes.io/service.serverstransport": "celery-queues-transport@kubernetescrd",
    });
  });

  test("of Traefik is named with the provider's namespace where none is given", async () => {
    const { find } = await recordDashboard(minimal);
    const service = find("kubernetes:core/v1:Service").inputs.metadata.annotations;
    const redirect = find("kubernetes:networking.k8s.io/v1:Ingress", "queues-redirect").inputs.metadata.annotations;
    expect(service["traefik.ingress.kubernetes.io/service.serverstransport"]).toBe(
      "default-queues-transport@kubernetescrd",
    );
    expect(redirect["traefik.ingress.kubernetes.io/router.middlewares"]).toBe("default-queues-redirect@kubernetescrd");
  });
});
