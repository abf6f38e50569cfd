import { createRequire } from "module";
import * as pulumi from "@pulumi/pulumi";
import { createMocks } from "./mocks";
import type { MockOptions, ProgramMocks, RecordedResource } from "./mocks";
import { listen, waitForRegistrations } from "./registration";

/** How {@link recordResources} runs a program. */
export interface RecordOptions extends MockOptions {
  /** The project's name. Defaults to "project". */
  project?: string;
  /** The stack's name. Defaults to "stack". */
  stack?: string;
  /** The organization's name. Defaults to "organization". */
  organization?: string;
  /** Configuration; a key without a colon belongs to the project. */
  config?: Readonly<Record<string, string>>;
  /** The keys of `config` whose values are secret. */
  secretConfig?: readonly string[];
  /** Whether the program runs as in `pulumi preview`, where computed outputs are unknown. Defaults to false. */
  preview?: boolean;
}

/** What a program did. */
export interface Recording<T> {
  /** What the program returned. */
  readonly result: T;
  /** Everything that it registered or read, in order. */
  readonly resources: readonly RecordedResource[];
  /** Every provider function that it called. */
  readonly calls: ProgramMocks["calls"];
  /** The one resource of this type (and name); an error if there is none, or more than one. */
  find(type: string, name?: string): RecordedResource;
}

/**
 * Runs a program, or makes one component, with mocks, waits until nothing is left to register, and tells what was
 * registered. One recording at a time: Pulumi's runtime is one for the whole process.
 *
 * @example
 * ```ts
 * import { FlowerDashboard } from "secure-flower";
 * import { recordResources, valueOf } from "secure-flower/testing";
 *
 * const { result, find } = await recordResources(() => new FlowerDashboard("queues", { … }));
 * const service = find("kubernetes:core/v1:Service", "queues");
 * expect(service.inputs.spec.type).toBe("ClusterIP");
 * expect(await valueOf(result.url)).toBe("https://flower.example.com/flower/");
 * ```
 */
export async function recordResources<T>(
  program: () => T | Promise<T>,
  options: RecordOptions = {},
): Promise<Recording<T>> {
  const mocks = createMocks(options);
  const project = options.project ?? "project";
  const { stack = "stack", organization = "organization", preview = false } = options;
  await pulumi.runtime.setMocks(mocks, project, stack, preview, organization);
  listen(pulumi, mocks, requireFromPulumi);
  // Asks the monitor what it can do, as a real program's start does; without it Pulumi refuses resource transforms.
  await (pulumi.runtime as unknown as { awaitFeatureSupport?(): Promise<void> }).awaitFeatureSupport?.();
  const qualify = (key: string): string => (key.includes(":") ? key : `${project}:${key}`);
  const config = Object.entries(options.config ?? {}).map(([key, value]): [string, string] => [qualify(key), value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(config), (options.secretConfig ?? []).map(qualify));
  const result = await withRejections(async () => {
    const returned = await program();
    await settle(mocks);
    await pulumi.runtime.disconnect();
    return returned;
  });
  const { resources, calls } = mocks;
  return { result, resources, calls, find: (type, name) => findOne(resources, type, name) };
}

/** The value of an output, for assertions; `undefined` where it is unknown. Secrets are unwrapped. */
export async function valueOf<T>(value: pulumi.Input<T>): Promise<pulumi.Unwrap<T> | undefined> {
  // A plain promise of the value: `apply` would never run for an unknown one, and so never settle.
  const output = pulumi.output(value) as unknown as { promise(): Promise<pulumi.Unwrap<T>>; isKnown: Promise<boolean> };
  return (await output.isKnown) ? output.promise() : undefined;
}

/** Whether an output's value is known: in a preview, that of a computed output is not. */
export async function isKnown(value: pulumi.Input<unknown>): Promise<boolean> {
  return (pulumi.output(value) as unknown as { isKnown: Promise<boolean> }).isKnown;
}

// From Pulumi's own folder, since gRPC is a dependency of Pulumi and not of ours.
const requireFromPulumi = createRequire(require.resolve("@pulumi/pulumi"));

function findOne(resources: readonly RecordedResource[], type: string, name: string | undefined): RecordedResource {
  const found = resources.filter(
    (resource) => resource.type === type && (name === undefined || resource.name === name),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const wanted = name === undefined ? type : `${type} called ${JSON.stringify(name)}`;
    const others = resources.map((resource) => `${resource.type} ${resource.name}`).join(", ");
    throw new Error(`expected one ${wanted}, found ${found.length}; registered were: ${others || "none"}`);
  }
  return only;
}

// A registration can lead to another (in an `apply`) some turns of the event loop later, so quiet means quiet for a while.
const QUIET_TURNS = 5;

async function settle(mocks: ProgramMocks): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    const before = mocks.resources.length;
    await waitForRegistrations(pulumi);
    await turns(1);
    if (mocks.resources.length > before) {
      quiet = -1;
    }
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * Pulumi reports a registration that failed as an unhandled rejection. While a program runs the first of them is the error of the
 * whole recording, at once: what depends on a registration that failed would stay pending for ever.
 */
async function withRejections<T>(run: () => Promise<T>): Promise<T> {
  const others = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  process.removeAllListeners("unhandledRejection");
  const failed = new Promise<never>((_, reject) => process.on("unhandledRejection", reject));
  try {
    return await Promise.race([run().finally(() => turns(QUIET_TURNS)), failed]);
  } finally {
    // The same wrong value rejects in several places, one after the other.
    await turns(QUIET_TURNS);
    process.removeAllListeners("unhandledRejection");
    others.forEach((listener) => process.on("unhandledRejection", listener));
  }
}
