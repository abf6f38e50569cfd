/** What is known of Pulumi's generated protocol classes here. They are loaded from the copy of the SDK that the program uses. */
type Message = Record<string, (...args: unknown[]) => unknown>;
type MessageClass = { new (): Message; deserializeBinary(bytes: Uint8Array): Message };
type Loader = (module: string) => unknown;

/** A transform that waits to be called: an address and a token (pulumi/proto/callback.proto). */
type Callback = Message;

// Options under their names in RegisterResourceRequest and in TransformResourceOptions (pulumi/proto/resource.proto).
const OPTIONS: ReadonlyArray<readonly [string, string]> = [
  ["AdditionalsecretoutputsList", "AdditionalSecretOutputsList"],
  ["AliasesList", "AliasesList"],
  ["Deletebeforereplace", "DeleteBeforeReplace"],
  ["Deletedwith", "DeletedWith"],
  ["DependenciesList", "DependsOnList"],
  ["IgnorechangesList", "IgnoreChangesList"],
  ["Importid", "Import"],
  ["Protect", "Protect"],
  ["Provider", "Provider"],
  ["ReplaceonchangesList", "ReplaceOnChangesList"],
  ["Retainondelete", "RetainOnDelete"],
  ["Version", "Version"],
];

/**
 * Runs resource transforms, which with a real deployment is the engine's part: a resource's own, then those of its parents
 * from the nearest to the farthest, then the stack's (pulumi, pkg/resource/deploy/source_eval.go).
 */
export class TransformRunner {
  private readonly ofResources = new Map<
    string,
    { readonly parent: string; readonly transforms: readonly Callback[] }
  >();
  private readonly ofStack: Callback[] = [];

  /** @param load - loads a module of `@pulumi/pulumi`, or one that it depends on */
  constructor(private readonly load: Loader) {}

  /** Notes a transform of the whole stack. */
  addStackTransform(transform: Callback): void {
    this.ofStack.push(transform);
  }

  /** Notes the transforms of a registered resource, for its children. */
  remember(urn: string, request: Message): void {
    const transforms = call(request, "getTransformsList") as Callback[];
    this.ofResources.set(urn, { parent: String(call(request, "getParent")), transforms });
  }

  /** Lets every transform that applies change a request to register a resource. */
  async apply(request: Message): Promise<void> {
    const own = call(request, "getTransformsList") as Callback[];
    for (const transform of [...own, ...this.inherited(String(call(request, "getParent"))), ...this.ofStack]) {
      await this.applyOne(transform, request);
    }
  }

  private inherited(urn: string): Callback[] {
    const resource = this.ofResources.get(urn);
    return resource === undefined ? [] : [...resource.transforms, ...this.inherited(resource.parent)];
  }

  private async applyOne(transform: Callback, request: Message): Promise<void> {
    const { TransformRequest, TransformResponse, TransformResourceOptions } = this.load(
      "@pulumi/pulumi/proto/resource_pb",
    ) as Record<"TransformRequest" | "TransformResponse" | "TransformResourceOptions", MessageClass>;
    const asked = new TransformRequest();
    for (const field of ["Type", "Name", "Custom", "Parent"]) {
      call(asked, `set${field}`, call(request, `get${field}`));
    }
    call(asked, "setProperties", call(request, "getObject"));
    const options = new TransformResourceOptions();
    OPTIONS.forEach(([ours, theirs]) => call(options, `set${theirs}`, call(request, `get${ours}`)));
    call(asked, "setOptions", options);
    const answer = TransformResponse.deserializeBinary(await this.invoke(transform, call(asked, "serializeBinary")));
    call(request, "setObject", call(answer, "getProperties"));
    const changed = call(answer, "getOptions") as Message | undefined;
    if (changed !== undefined) {
      OPTIONS.forEach(([ours, theirs]) => call(request, `set${ours}`, call(changed, `get${theirs}`)));
    }
  }

  private invoke(transform: Callback, content: unknown): Promise<Uint8Array> {
    const { CallbackInvokeRequest } = this.load("@pulumi/pulumi/proto/callback_pb") as {
      CallbackInvokeRequest: MessageClass;
    };
    const { CallbacksClient } = this.load("@pulumi/pulumi/proto/callback_grpc_pb") as {
      CallbacksClient: new (address: unknown, credentials: unknown) => Message;
    };
    const { credentials } = this.load("@grpc/grpc-js") as { credentials: Message };
    const client = new CallbacksClient(call(transform, "getTarget"), call(credentials, "createInsecure"));
    const request = new CallbackInvokeRequest();
    call(request, "setToken", call(transform, "getToken"));
    call(request, "setRequest", content);
    return new Promise<Uint8Array>((resolve, reject) => {
      call(client, "invoke", request, (error: (Error & { details?: string }) | null, response: Message) =>
        error === null
          ? resolve(call(response, "getResponse_asU8") as Uint8Array)
          : reject(new Error(error.details ?? error.message)),
      );
    }).finally(() => call(client, "close"));
  }
}

function call(message: Message, method: string, ...args: unknown[]): unknown {
  const implementation = message[method];
  if (implementation === undefined) {
    throw new Error(`this version of @pulumi/pulumi cannot run resource transforms here (it lacks ${method})`);
  }
  return implementation.apply(message, args);
}
