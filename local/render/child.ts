// The process in which a program runs: its own modules, its own Pulumi runtime, and an end that the parent can force.
import { createRequire } from "module";
import { pathToFileURL } from "url";
import type * as PulumiSdk from "@pulumi/pulumi";
import { createMocks } from "../../testing/mocks";
import type { ProgramMocks } from "../../testing/mocks";
import { listen, waitForRegistrations } from "../../testing/registration";
import { collectSecrets, watchSecretConfig } from "./childSecrets";
import type { SecretConfigKeys } from "./childSecrets";
import { describeFailure, MissingStackOutput } from "./failures";
import type { Answer, Failure, Job, RenderedResource } from "./protocol";

type Pulumi = typeof PulumiSdk;

const failures: Failure[] = [];
let answered = false;

process.once("message", (job: Job) => {
  // From here on only the program keeps the process alive: when it has nothing left to do, `beforeExit` tells.
  process.channel?.unref();
  process.on("disconnect", () => process.exit(1));
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  start(job).catch(fail);
});

async function start(job: Job): Promise<void> {
  const load = loaderOf(job.main);
  const pulumi = load("@pulumi/pulumi") as Pulumi;
  const repeatable = job.repeatable && { seed: job.repeatable.seed, now: new Date(job.repeatable.now) };
  const mocks = createMocks({ ...repeatable, stackOutputs: job.stackOutputs, knownInPreview: true });
  // As a preview: what only a cluster or another provider could know stays unknown, and is reported where it is used.
  await pulumi.runtime.setMocks(mocks, job.project, job.stack, true, job.organization);
  listen(pulumi, mocks, load);
  pulumi.runtime.setAllConfig({ ...job.config }, [...job.secretKeys]);
  const secretKeys = watchSecretConfig(pulumi, job.secretKeys);
  refuseUnknownStackOutputs(pulumi, job);
  answerWhenQuiet(pulumi, mocks, job, secretKeys);
  process.argv = process.argv.slice(0, 1).concat(job.main);
  await pulumi.runtime.runInPulumiStack(() => loadProgram(job));
}

/**
 * Loads modules of the program's own copy of the SDK, so that there is one runtime; of ours, if it has none. Pulumi's
 * dependencies are looked for from Pulumi's folder.
 */
function loaderOf(main: string): (module: string) => unknown {
  const resolve = (from: string): string | undefined => {
    try {
      return createRequire(from).resolve("@pulumi/pulumi");
    } catch {
      return undefined;
    }
  };
  return createRequire(resolve(main) ?? require.resolve("@pulumi/pulumi"));
}

/** Loads a program as Pulumi's own language host does (sdk/nodejs/cmd/run/run.ts): an exported function is called. */
async function loadProgram({ main, isModule }: Job): Promise<unknown> {
  let exported: unknown;
  if (isModule) {
    const module = (await import(pathToFileURL(main).href)) as Record<string, unknown>;
    exported = "default" in module ? module.default : module;
  } else {
    exported = createRequire(main)(main) as unknown;
  }
  return typeof exported === "function" ? await (exported as () => unknown)() : exported;
}

/** A missing output of another stack would silently become nothing; here it is an error that names it. */
function refuseUnknownStackOutputs(pulumi: Pulumi, { stackOutputs }: Job): void {
  type Reference = InstanceType<Pulumi["StackReference"]>;
  const prototype = pulumi.StackReference.prototype as unknown as Record<string, (name: unknown) => unknown>;
  for (const method of ["getOutput", "requireOutput"]) {
    const original = prototype[method];
    prototype[method] = function (this: Reference, name: unknown) {
      void pulumi.all([this.name, name as string]).apply(([stack, output]) => {
        if (stackOutputs[stack]?.[output] === undefined) {
          throw new MissingStackOutput(stack, output);
        }
      });
      return original?.call(this, name);
    };
  }
}

/**
 * Answers when the event loop has run empty. A program may register more resources some turns after it has returned, so
 * its return is no sign of its end; one that waits for what never comes leaves the loop empty without having finished.
 */
function answerWhenQuiet(pulumi: Pulumi, mocks: ProgramMocks, job: Job, secretKeys: SecretConfigKeys): void {
  let seen = -1;
  let settled = false;
  process.on("beforeExit", () => {
    if (answered) {
      return;
    }
    if (mocks.resources.length !== seen) {
      seen = mocks.resources.length;
      settled = false;
      void waitForRegistrations(pulumi).then(() => (settled = true));
      setImmediate(() => undefined);
    } else if (!settled) {
      failures.push({ kind: "stalled" });
      answer({ type: "secure-flower:failed", failures });
    } else {
      answer({
        type: "secure-flower:rendered",
        resources: mocks.resources.map(pickRendered),
        secrets: collectSecrets(mocks, job.config, secretKeys),
      });
    }
  });
}

function pickRendered(resource: ProgramMocks["resources"][number]): RenderedResource {
  const { type, name, custom, read, inputs, secretInputs, unknownInputs, assetInputs, outputs } = resource;
  return { type, name, custom, read, inputs, secretInputs, unknownInputs, assetInputs, outputs };
}

/** Remembers a failure and answers a little later: what is missing usually fails in several places, of which one says why. */
function fail(error: unknown): void {
  failures.push(describeFailure(error));
  if (failures.length === 1) {
    setTimeout(() => answer({ type: "secure-flower:failed", failures }), 50);
  }
}

function answer(message: Answer): void {
  if (!answered) {
    answered = true;
    // Pulumi complains at a clean exit about promises that are still open; after a failure that is noise.
    process.send?.(message, () => process.exit(message.type === "secure-flower:failed" ? 1 : 0));
  }
}
