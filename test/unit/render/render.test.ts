import { join } from "path";
import { describe, expect, test } from "vitest";
import { PLACEHOLDER, RenderError, renderProgram, type RenderOptions, toYamlStream } from "../../../local/render";

function program(name: string): string {
  return join(__dirname, "programs", name);
}

async function errorOf(
  name: string,
  options: Partial<RenderOptions> = {},
): Promise<{ message: string; exitCode: number }> {
  const error: unknown = await renderProgram({ program: program(name), ...options }).then(
    () => new Error("it was rendered"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RenderError);
  const { message, exitCode } = error as RenderError;
  expect(message).not.toMatch(/^\s+at /m);
  return { message, exitCode };
}

describe("the objects of a program", () => {
  test("are in the order of application, complete, and free of Pulumi's own", async () => {
    const objects = await renderProgram({ program: program("dashboard"), stack: "dev" });

    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? "-"}/${metadata.name}`)).toEqual([
      "Namespace -/flower",
      "Secret flower/queues-login",
      "ConfigMap default/settings",
      "Deployment flower/queues",
      "ServersTransport flower/transport",
    ]);
    expect(toYamlStream(objects)).not.toMatch(/pulumi|4dabf18193072939515e22adb298388d|undefined|null/);
    expect(objects[2]!.data).toEqual({
      certificateAuthority: "on",
      host: "dev.example.com",
      secretName: "queues-login",
    });
    expect(objects[4]!.spec).toEqual({ serverName: "settings.internal" });
  });

  test("are the same to the byte when rendered again, with the values of Secrets replaced", async () => {
    const options = { program: program("dashboard"), config: { host: "a.example.com" } };
    const first = await renderProgram(options);

    expect(toYamlStream(await renderProgram(options))).toBe(toYamlStream(first));
    expect(first[1]!.stringData).toEqual({ admin: PLACEHOLDER, "tls.crt": PLACEHOLDER, "tls.key": PLACEHOLDER });
  });

  test("hold real secrets where asked for, new ones each time", async () => {
    const options = { program: program("dashboard"), config: { host: "a.example.com" }, showSecrets: true };
    const values = (await renderProgram(options))[1]!.stringData as Record<string, string>;
    const others = (await renderProgram(options))[1]!.stringData as Record<string, string>;

    expect(values.admin).toHaveLength(24);
    expect(values["tls.key"]).toContain("BEGIN EC PRIVATE KEY");
    expect(values["tls.crt"]).toContain("BEGIN CERTIFICATE");
    expect(others.admin).not.toBe(values.admin);
  });

  test("include those that are registered after the program has returned", async () => {
    const objects = await renderProgram({ program: program("late.ts") });

    expect(objects.map(({ metadata }) => metadata.name)).toEqual(["first", "second"]);
  });

  test("come from ES modules too, run in their own folder", async () => {
    const [settings] = await renderProgram({ program: program("module") });

    expect(settings!.data).toEqual({ text: "hello from a file" });
  });

  test("have been through resource transforms and transformations", async () => {
    const [plain, settings] = await renderProgram({ program: program("transforms.ts") });

    expect(settings!.metadata.labels).toEqual({ own: "0", outer: "1", stack: "2" });
    expect(plain!.data).toEqual({ a: "2" });
  });

  test("are in the provider's namespace, and do not include what is only read", async () => {
    const objects = await renderProgram({ program: program("existing.ts") });

    expect(objects.map(({ kind, metadata, data }) => ({ kind, metadata, data }))).toEqual([
      { kind: "ConfigMap", metadata: { name: "settings", namespace: "elsewhere" }, data: { secret: "credentials" } },
    ]);
  });

  test("use outputs of other stacks that were given", async () => {
    const stackOutputs = { "acme/cluster/dev": { domain: "example.com", zone: "a" } };
    const [settings] = await renderProgram({ program: program("reference.ts"), stackOutputs });

    expect(settings!.data).toEqual({ domain: "example.com", zone: "a" });
  });
});

describe("configuration", () => {
  test("comes from Pulumi.yaml, the stack's file and the caller, the later winning", async () => {
    const objects = await renderProgram({
      program: program("dashboard"),
      stack: "dev",
      config: { replicas: 3, "other:key": "x" },
    });

    expect(objects[3]!.spec).toMatchObject({ replicas: 3 });
    expect(objects[2]!.data).toMatchObject({ host: "dev.example.com" });
  });

  test("that is missing is named, with the ways to give it", async () => {
    expect(await errorOf("dashboard")).toEqual({
      message:
        "the program needs the configuration value dashboard:host: give --config host=VALUE, or --stack NAME for a stack whose file sets it (there are dev, production)",
      exitCode: 2,
    });
    expect(await errorOf("marked.ts")).toEqual({
      message:
        'the program needs the configuration value programs:password: put "password: VALUE" into a file and give --config-file FILE (or - for standard input)',
      exitCode: 2,
    });
  });

  test("that is encrypted is named, unless its value is given", async () => {
    const { message, exitCode } = await errorOf("dashboard", { stack: "production" });

    expect(message).toContain("Pulumi.production.yaml holds dashboard:apiKey encrypted");
    expect(exitCode).toBe(2);
    const objects = await renderProgram({
      program: program("dashboard"),
      stack: "production",
      secretConfig: { apiKey: "k" },
    });
    expect(objects[2]!.data).toMatchObject({ host: "flower.example.com" });
  });

  test("that is secret may not reach anything but a Secret, not even what is derived from it", async () => {
    expect(await errorOf("marked.ts", { secretConfig: { password: "correct horse" } })).toEqual({
      message: expect.stringContaining("ConfigMap default/settings: Pulumi holds data.length secret") as string,
      exitCode: 1,
    });
  });
});

describe("a program that cannot be rendered ends with a sentence", () => {
  test.each([
    ["throws.ts", 1, 'the program failed: host: "x" is not a DNS name\nurlPrefix: "a b" has a blank'],
    ["rejects.ts", 1, "the program failed: the check in an apply failed"],
    ["exits.ts", 1, "the program called process.exit(7) before it had finished"],
    [
      "stalled.ts",
      1,
      "the program waits for something that never comes: a promise or an output of it is never resolved",
    ],
    ["unknown.ts", 1, 'kubernetes:core/v1:ConfigMap "settings": data.address is known only after a deployment'],
    ["chart.ts", 1, 'kubernetes:helm.sh/v4:Chart "redis" is expanded by the Kubernetes provider only'],
    [
      "reference.ts",
      2,
      "give --stack-output 'acme/cluster/dev.domain=VALUE' --stack-output 'acme/cluster/dev.zone=VALUE'",
    ],
    ["python", 2, 'is a project for the runtime "python"; only nodejs programs can be rendered'],
    ["module/source", 2, "has no Pulumi.yaml"],
    ["nothing.ts", 2, "there is no file or folder"],
    ["python/Pulumi.yaml", 2, "is not a program that Node runs"],
  ])("%s", async (name, exitCode, sentence) => {
    const error = await errorOf(name);

    expect(error.message).toContain(sentence);
    expect(error.exitCode).toBe(exitCode);
  });

  test("endless.ts, which is stopped in time", async () => {
    const started = Date.now();
    const { message } = await errorOf("endless.ts", { timeoutSeconds: 2 });

    expect(message).toContain("did not end within 2 seconds");
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  test("leak.ts, whose password is in a ConfigMap", async () => {
    const { message, exitCode } = await errorOf("leak.ts", { showSecrets: true });

    expect(message).toContain(
      "ConfigMap default/settings: metadata.annotations.encoded contains the secret output result of",
    );
    expect(message).toContain("ConfigMap default/settings: data.url contains");
    expect(exitCode).toBe(1);
  });
});
