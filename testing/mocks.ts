import * as pulumi from "@pulumi/pulumi";
import { isKubernetesObject, kubernetesOutputs, kubernetesSecretOutputs, type KubernetesRequest } from "./kubernetes";
import type { ResourceModel } from "./providerModel";
import { randomModels } from "./random";
import { secureRandomness, seededRandomness } from "./randomness";
import type { Randomness } from "./randomness";
import { stackReferenceOutputs } from "./stackReference";
import type { StackOutputs } from "./stackReference";
import { getPublicKey, tlsModels } from "./tls/models";
import type { Registration } from "./registration";
import { isRecord, markSecret, readWire } from "./wire";

type MockResourceArgs = pulumi.runtime.MockResourceArgs;
type MockResourceResult = pulumi.runtime.MockResourceResult;
type MockCallArgs = pulumi.runtime.MockCallArgs;
type MockCallResult = pulumi.runtime.MockCallResult;

/** How {@link createMocks} behaves. */
export interface MockOptions {
  /**
   * Text from which every generated value is derived, for tests that compare whole outputs. Defaults to none: values come
   * from the machine's secure source. Whoever knows the seed knows the values.
   */
  seed?: string;
  /** The moment that counts as now: certificates are valid from it. Defaults to the clock. */
  now?: Date;
  /** What `pulumi.StackReference` answers, by stack name (`organization/project/stack`) and output name. */
  stackOutputs?: StackOutputs;
  /**
   * Whether the outputs of random, tls and Kubernetes resources are known in a preview. Defaults to false, as with a real
   * engine: a first preview knows no computed output.
   */
  knownInPreview?: boolean;
  /**
   * Mocks of your own. They are asked first; where they answer `undefined`, the built-in ones do: models of `kubernetes`,
   * `random` and `tls`, and for every other provider its inputs as outputs.
   */
  override?: {
    newResource?(args: MockResourceArgs): MockResourceResult | undefined | Promise<MockResourceResult | undefined>;
    call?(args: MockCallArgs): MockCallResult | undefined | Promise<MockCallResult | undefined>;
  };
}

/** One resource that a program registered or read. */
export interface RecordedResource {
  /** The type token, such as `kubernetes:core/v1:Secret`. */
  readonly type: string;
  /** The Pulumi name. */
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /** The inputs as plain values. `undefined` stands where a value is known only after the deployment. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into inputs of every shape
  readonly inputs: Record<string, any>;
  /** Property paths of the inputs that Pulumi holds secret, such as `stringData.password`. */
  readonly secretInputs: readonly string[];
  /** Property paths of the inputs that are known only after the deployment. */
  readonly unknownInputs: readonly string[];
  /** Property paths of assets and archives, which have no plain form. */
  readonly assetInputs: readonly string[];
  /** The provider's reference (`urn::id`), where one was given. */
  readonly provider: string | undefined;
  /** True for `Type.get(…)`: the resource exists already and is only read. */
  readonly read: boolean;
  /** The URN, the parent's URN and the resource options; only {@link recordResources} can see them. */
  readonly registration: Registration | undefined;
  /** The resource's id, once the mocks have answered. */
  id?: string | undefined;
  /** The outputs as plain values, once the mocks have answered. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into outputs of every shape
  outputs?: Record<string, any>;
  /** Property paths of the outputs that are secret, once the mocks have answered. */
  secretOutputs?: readonly string[];
}

/** Mocks that remember what they were asked. */
export interface ProgramMocks extends pulumi.runtime.Mocks {
  /** Everything that was registered or read, in order. */
  readonly resources: RecordedResource[];
  /** Every provider function that was called. */
  readonly calls: { readonly token: string; readonly inputs: Record<string, unknown> }[];
  /** What the monitor knows of the resource that is about to be asked for; set by whoever listens to the monitor. */
  incoming: Registration | undefined;
}

/**
 * Makes mocks with which any Pulumi program runs without an engine and without a cluster. Kubernetes objects echo their
 * inputs and get a name and a namespace; `random` and `tls` make real passwords, keys and certificates, and what the real
 * providers hold secret is secret here too; any other provider echoes its inputs.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import { createMocks } from "secure-flower/testing";
 *
 * const mocks = createMocks({ seed: "tests" });
 * await pulumi.runtime.setMocks(mocks, "my-project", "dev");
 * const { url } = await import("./index");
 * // … await url, then look at mocks.resources
 * ```
 *
 * `recordResources` does all of that in one call.
 */
export function createMocks(options: MockOptions = {}): ProgramMocks {
  const mocks: ProgramMocks = {
    resources: [],
    calls: [],
    incoming: undefined,
    newResource: async (args) => {
      // Taken before the first await: the monitor asks right after it has set it.
      const resource = describeResource(args, mocks.incoming);
      mocks.resources.push(resource);
      const { id, state } =
        (await options.override?.newResource?.(args)) ?? (await answer(resource, args, mocks, options));
      const marked = withSecrets(state, resource.registration?.options.additionalSecretOutputs ?? []);
      const reading = readWire(marked);
      resource.id = id;
      resource.outputs = reading.value as Record<string, unknown>;
      resource.secretOutputs = reading.secretPaths;
      return { id, state: marked };
    },
    call: async (args) => {
      const inputs = readWire(args.inputs).value as Record<string, unknown>;
      mocks.calls.push({ token: args.token, inputs });
      return (await options.override?.call?.(args)) ?? answerCall(args.token, inputs, options);
    },
  };
  return mocks;
}

function describeResource(args: MockResourceArgs, registration: Registration | undefined): RecordedResource {
  // The monitor sees a nested secret where it is; the arguments of a mock have it moved up to the whole property.
  const reading = readWire(registration?.rawInputs ?? args.inputs);
  return {
    type: args.type,
    name: args.name,
    custom: args.custom ?? false,
    inputs: reading.value as Record<string, unknown>,
    secretInputs: reading.secretPaths,
    unknownInputs: reading.unknownPaths,
    assetInputs: reading.assetPaths,
    provider: args.provider === "" ? undefined : args.provider,
    // Without the monitor's word: only a resource that exists already has an id and nothing else.
    read: registration?.read ?? (Boolean(args.id) && Object.keys(reading.value as object).length === 0),
    registration,
  };
}

async function answer(
  resource: RecordedResource,
  args: MockResourceArgs,
  mocks: ProgramMocks,
  options: MockOptions,
): Promise<MockResourceResult> {
  const { type, name, inputs } = resource;
  if (type === "pulumi:pulumi:StackReference") {
    return stackReferenceOutputs(String(inputs.name ?? name), options.stackOutputs ?? {}, pulumi.runtime.isDryRun());
  }
  const unknown = pulumi.runtime.isDryRun() && options.knownInPreview !== true;
  const model = randomModels[type] ?? tlsModels[type];
  if (model !== undefined) {
    return unknown
      ? { id: "", state: args.inputs as Record<string, unknown> }
      : answerByModel(model, resource, args, options);
  }
  if (isKubernetesObject(type)) {
    const readId = resource.read ? args.id : undefined;
    const { id, outputs } = kubernetesOutputs({
      name,
      inputs,
      ...placeOf(resource, mocks),
      readId,
    });
    return {
      id: unknown ? "" : id,
      state: withSecrets(outputs, [...kubernetesSecretOutputs(inputs), ...secretKeys(args.inputs)]),
    };
  }
  const id = args.id === undefined || args.id === "" ? `${name}-id` : args.id;
  return { id: unknown ? "" : id, state: args.inputs as Record<string, unknown> };
}

async function answerByModel(
  model: ResourceModel,
  resource: RecordedResource,
  args: MockResourceArgs,
  options: MockOptions,
): Promise<MockResourceResult> {
  const { inputs, name, type } = resource;
  const randomness = chooseRandomness(options.seed, `${type} ${name} ${JSON.stringify(inputs.keepers ?? null)}`);
  const result = await model({ name, inputs, randomness, now: options.now ?? new Date() });
  const secretOutputs = [...result.secretOutputs, ...secretKeys(args.inputs)];
  return { id: result.id, state: withSecrets({ ...inputs, ...result.outputs }, secretOutputs) };
}

function chooseRandomness(seed: string | undefined, label: string): Randomness {
  return seed === undefined ? secureRandomness() : seededRandomness(seed, label);
}

/** The top-level inputs that arrived as secrets: they stay secret when they come back as outputs. */
function secretKeys(inputs: unknown): string[] {
  return readWire(inputs).secretPaths.map((path) => path.replace(/[.[].*/s, ""));
}

function withSecrets(outputs: Record<string, unknown>, secretOutputs: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(outputs).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, secretOutputs.includes(key) ? markSecret(value) : value]),
  );
}

function placeOf(
  resource: RecordedResource,
  mocks: ProgramMocks,
): Pick<KubernetesRequest, "defaultNamespace" | "rendersOnly"> {
  const providerName = resource.provider?.split("::")[3];
  const provider = mocks.resources.find(
    ({ type, name }) => type === "pulumi:providers:kubernetes" && name === providerName,
  );
  const configured = new pulumi.Config("kubernetes").get("namespace");
  return {
    defaultNamespace: (provider?.inputs.namespace as string | undefined) ?? configured,
    rendersOnly: provider?.inputs.renderYamlToDirectory !== undefined,
  };
}

function answerCall(token: string, inputs: Record<string, unknown>, options: MockOptions): MockCallResult {
  if (token === "tls:index/getPublicKey:getPublicKey") {
    return getPublicKey({ inputs, randomness: chooseRandomness(options.seed, token) });
  }
  if (/^(kubernetes|tls):/.test(token)) {
    const message = `the function ${token} needs a real provider; answer it with an override of your own`;
    // Pulumi shows `details`, in which gRPC's errors have their message.
    throw Object.assign(new Error(message), { details: message });
  }
  return isRecord(inputs) ? inputs : {};
}
