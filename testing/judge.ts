import { objectsOfResource } from "../policy/pulumi/resources";
import { judge, type JudgeOptions, type Judgement } from "../policy/judge";
import { UNKNOWN } from "../policy/objects/part";
import type { RecordedResource } from "./mocks";
import { isRecord, joinPath } from "./wire";

/** A recording that was judged. */
export interface JudgedRecording extends Judgement {
  /** A sentence for each mandatory rule that is broken, with what to write instead: empty if none is. */
  readonly violations: readonly string[];
}

/**
 * Judges what a program registered by the rules of the policy pack, so that a unit test finds what `pulumi preview --policy-pack` would. Needs neither an engine
 * nor `@pulumi/policy`. A program in which no Flower is found has no violations: look at `flowers` too.
 *
 * @throws ConfigError if the configuration names a rule or a parameter that does not exist.
 * @example
 * ```ts
 * const recording = await recordResources(() => import("./index"));
 * expect(judgeResources(recording.resources).violations).toEqual([]);
 * ```
 */
export function judgeResources(resources: readonly RecordedResource[], options: JudgeOptions = {}): JudgedRecording {
  const made = resources.filter(({ read }) => !read);
  const judgement = judge(
    made.flatMap((resource) => objectsOfResource({ ...resource, urn: resource.name, properties: completed(resource) })),
    options,
  );
  const broken = judgement.findings.filter(({ verdict, level }) => verdict === "not live" && level === "mandatory");
  return {
    ...judgement,
    violations: broken.map(
      ({ rule, object, message }) =>
        `${rule.id}: ${object.kind} ${object.origin.name}: ${message}. ${rule.remediation}.`,
    ),
  };
}

/** The inputs, with the name and namespace that the mocks gave, and a mark where a value is not known. */
function completed({ inputs, outputs, unknownInputs }: RecordedResource): unknown {
  const metadata: unknown = outputs?.["metadata"];
  const whole = isRecord(metadata) ? { ...inputs, metadata } : inputs;
  return unknownInputs.length === 0 ? whole : marked(whole, "", new Set(unknownInputs));
}

function marked(value: unknown, path: string, unknown: ReadonlySet<string>): unknown {
  if (unknown.has(path)) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item: unknown, index) => marked(item, joinPath(path, index), unknown));
  if (!isRecord(value)) return value;
  // A member that is not known may have been left out altogether.
  const lost = [...unknown].filter((each) => each.startsWith(path)).flatMap((each) => directMember(path, each) ?? []);
  const keys = new Set([...Object.keys(value), ...lost]);
  return Object.fromEntries([...keys].map((key) => [key, marked(value[key], joinPath(path, key), unknown)]));
}

/** `spec` of `spec`, below the root; nothing where more than one step is between. */
function directMember(parent: string, path: string): string | undefined {
  const rest = parent === "" ? path : path.slice(parent.length);
  const [, plain, quoted] = /^\.?(?:([\w-]+)|\[("(?:[^"\\]|\\.)*")\])$/.exec(rest) ?? [];
  return plain ?? (quoted === undefined ? undefined : (JSON.parse(quoted) as string));
}
