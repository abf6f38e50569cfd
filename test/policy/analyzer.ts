/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-explicit-any -- the generated protocol has no types here */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";

// The engine's side of the protocol, from Pulumi's own packages.
const pulumi = createRequire(require.resolve("@pulumi/pulumi")) as (name: string) => any;
const grpc = pulumi("@grpc/grpc-js");
const proto = pulumi("@pulumi/pulumi/proto/analyzer_pb");
const { AnalyzerClient } = pulumi("@pulumi/pulumi/proto/analyzer_grpc_pb");
const { Struct } = pulumi("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = pulumi("google-protobuf/google/protobuf/empty_pb.js");

/** What a policy reports. */
export interface Diagnostic {
  readonly policyname: string;
  readonly enforcementlevel: number;
  readonly message: string;
  readonly urn: string;
}

/** A resource as the engine tells of it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly properties: Record<string, unknown>;
}

/** What a pack says of itself. */
export interface PackInfo {
  readonly name: string;
  readonly policiesList: readonly { name: string; description: string; configschema?: object }[];
}

/** A pack that was started as the engine starts it, and is asked as the engine asks. */
export class Analyzer {
  private constructor(
    private readonly pack: ChildProcess,
    private readonly client: any,
  ) {}

  /** Runs a pack in its folder; it answers with a port. */
  static async start(folder: string): Promise<Analyzer> {
    const tsx = require.resolve("tsx");
    const words = ["--import", tsx, "-e", `require(${JSON.stringify(folder)})`];
    const pack = spawn(process.execPath, words, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const [port] = (await once(pack.stdout, "data")) as [Buffer];
    return new Analyzer(
      pack,
      new AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure()),
    );
  }

  stop(): void {
    this.client.close();
    this.pack.kill();
  }

  async info(): Promise<PackInfo> {
    return this.ask("getAnalyzerInfo", new Empty());
  }

  /** Configures one policy, or none. */
  async configure(policy?: string, parameters: Record<string, unknown> = {}): Promise<void> {
    const request = new proto.ConfigureAnalyzerRequest();
    const config = new proto.PolicyConfig();
    config.setEnforcementlevel(1);
    config.setProperties(Struct.fromJavaScript(parameters));
    if (policy !== undefined) request.getPolicyconfigMap().set(policy, config);
    await this.ask("configure", request);
  }

  async analyze(resource: Registered): Promise<readonly Diagnostic[]> {
    const answer = await this.ask<{ diagnosticsList: Diagnostic[] }>(
      "analyze",
      fill(new proto.AnalyzeRequest(), resource),
    );
    return answer.diagnosticsList;
  }

  async analyzeStack(resources: readonly Registered[]): Promise<readonly Diagnostic[]> {
    const request = new proto.AnalyzeStackRequest();
    request.setResourcesList(resources.map((resource) => fill(new proto.AnalyzerResource(), resource)));
    return (await this.ask<{ diagnosticsList: Diagnostic[] }>("analyzeStack", request)).diagnosticsList;
  }

  /** What the engine asks in a preview: each resource, and then all of them. */
  async preview(resources: readonly Registered[]): Promise<readonly Diagnostic[]> {
    const single = await Promise.all(resources.map((resource) => this.analyze(resource)));
    return [...single.flat(), ...(await this.analyzeStack(resources))];
  }

  private async ask<T>(method: string, request: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      this.client[method](request, (error: Error | null, answer: { toObject(): T }) => {
        if (error === null) resolve(answer.toObject());
        else reject(error);
      });
    });
  }
}

function fill(message: any, { type, name, properties }: Registered): unknown {
  message.setType(type);
  message.setName(name);
  message.setUrn(`urn:pulumi:dev::project::${type}::${name}`);
  message.setProperties(Struct.fromJavaScript(properties));
  message.setOptions(new proto.AnalyzerResourceOptions());
  return message;
}
