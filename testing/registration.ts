import type * as PulumiSdk from "@pulumi/pulumi";
import { TransformRunner } from "./transforms";

/** What only the resource monitor sees of a resource: where it hangs in the tree, and its options. */
export interface Registration {
  /** True for `Type.get(…)`. */
  readonly read: boolean;
  /** The parent's URN; `undefined` at the top. */
  readonly parent: string | undefined;
  /** The inputs as they travelled, markers and all. */
  readonly rawInputs: Readonly<Record<string, unknown>>;
  readonly options: RecordedOptions;
  /** The URN, once the monitor has answered. */
  urn?: string;
}

/** The resource options as they reached the engine. */
export interface RecordedOptions {
  readonly protect: boolean;
  readonly dependsOn: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly retainOnDelete: boolean;
  readonly customTimeouts: { readonly create?: string; readonly update?: string; readonly delete?: string };
  readonly version: string;
  readonly importId: string;
  /** URNs, or `type::name` pairs, that the resource was known by before. */
  readonly aliases: readonly unknown[];
}

/** The monitor's request for a registration, as far as it is read here (pulumi/proto/resource.proto). */
interface RegisterRequest {
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getParent(): string;
  getProtect(): boolean;
  getDependenciesList(): string[];
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getRetainondelete(): boolean;
  getCustomtimeouts(): { toObject(): { create: string; update: string; pb_delete?: string } } | undefined;
  getVersion(): string;
  getImportid(): string;
  getAliasesList(): { toObject(): unknown }[];
}

/** The monitor's request to read a resource that exists. */
interface ReadRequest {
  getProperties(): { toJavaScript(): Record<string, unknown> } | undefined;
  getParent(): string;
  getDependenciesList(): string[];
  getVersion(): string;
  getId(): string;
  getAdditionalsecretoutputsList(): string[];
}

const NO_OPTIONS: RecordedOptions = {
  protect: false,
  dependsOn: [],
  deleteBeforeReplace: false,
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  retainOnDelete: false,
  customTimeouts: {},
  version: "",
  importId: "",
  aliases: [],
};

type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

/** The part of Pulumi's mock monitor that is listened to. */
interface ListenableMonitor {
  registerResource(request: RegisterRequest, callback: Callback): Promise<void>;
  readResource(request: ReadRequest, callback: Callback): Promise<void>;
  registerStackTransform?(transform: unknown, callback: (error: unknown) => void): void;
}

/** What is told about each request before the monitor asks it for an answer. */
interface Listener {
  incoming: Registration | undefined;
}

/**
 * Tells `mocks` about each request before the monitor asks them to answer it, and runs resource transforms. Pulumi hands
 * mocks the type, the name and the inputs only; parents and options are in the request that its monitor gets.
 *
 * @param pulumi - the copy of the SDK whose monitor it is
 * @param load - loads a module as that copy would
 */
export function listen(pulumi: typeof PulumiSdk, mocks: Listener, load: (module: string) => unknown): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as ListenableMonitor;
  const transforms = new TransformRunner(load);
  const register = monitor.registerResource.bind(monitor);
  const read = monitor.readResource.bind(monitor);
  monitor.registerStackTransform = (transform, callback) => {
    transforms.addStackTransform(transform as never);
    callback(null);
  };
  monitor.registerResource = async (request, callback) => {
    try {
      await transforms.apply(request as never);
    } catch (error) {
      return callback(error, undefined);
    }
    const registration = readRegisterRequest(request);
    const remember = (urn: string): void => transforms.remember(urn, request as never);
    return during(
      mocks,
      registration,
      (answered) => register(request, answered),
      answering(registration, callback, remember),
    );
  };
  monitor.readResource = (request, callback) => {
    const registration = readReadRequest(request);
    return during(mocks, registration, (answered) => read(request, answered), answering(registration, callback));
  };
}

/**
 * Waits until every registration that has begun is answered. Pulumi's public `disconnect` would do, but it also stops the
 * server on which resource transforms are called, and more resources may come.
 */
export async function waitForRegistrations(pulumi: typeof PulumiSdk): Promise<void> {
  const internal = pulumi.runtime as unknown as { waitForRPCs?(): Promise<void> };
  await (internal.waitForRPCs?.() ?? pulumi.runtime.disconnect());
}

function during(
  mocks: Listener,
  registration: Registration,
  ask: (callback: Callback) => Promise<void>,
  callback: Callback,
): Promise<void> {
  mocks.incoming = registration;
  const asked = ask(callback);
  // The monitor calls the mocks before its first await, so nobody else can have seen this one.
  mocks.incoming = undefined;
  return asked;
}

function answering(registration: Registration, callback: Callback, remember?: (urn: string) => void): Callback {
  return (error, response) => {
    registration.urn = response?.getUrn();
    if (registration.urn !== undefined) {
      remember?.(registration.urn);
    }
    callback(error, response);
  };
}

function readRegisterRequest(request: RegisterRequest): Registration {
  const timeouts = request.getCustomtimeouts()?.toObject();
  const given = { create: timeouts?.create, update: timeouts?.update, delete: timeouts?.pb_delete };
  return {
    read: false,
    parent: request.getParent() === "" ? undefined : request.getParent(),
    rawInputs: request.getObject()?.toJavaScript() ?? {},
    options: {
      protect: request.getProtect(),
      dependsOn: request.getDependenciesList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      retainOnDelete: request.getRetainondelete(),
      customTimeouts: Object.fromEntries(Object.entries(given).filter(([, time]) => time !== undefined && time !== "")),
      version: request.getVersion(),
      importId: request.getImportid(),
      aliases: request.getAliasesList().map((alias) => alias.toObject()),
    },
  };
}

function readReadRequest(request: ReadRequest): Registration {
  return {
    read: true,
    parent: request.getParent() === "" ? undefined : request.getParent(),
    rawInputs: request.getProperties()?.toJavaScript() ?? {},
    options: {
      ...NO_OPTIONS,
      dependsOn: request.getDependenciesList(),
      version: request.getVersion(),
      importId: request.getId(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    },
  };
}
