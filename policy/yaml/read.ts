import { isCollection, isNode, LineCounter, parseAllDocuments, visit, type Document } from "yaml";
import { objectsOf, type KubernetesObject, type Origin } from "../objects/kubernetesObject";
import type { Path } from "../objects/part";

/** A text that is not YAML; the message has the line, and repeats nothing of the text, which may hold secrets. */
export class UnreadableYaml extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableYaml";
  }
}

/** The Kubernetes objects of a YAML or JSON text: of every document, and the items of Lists. */
export function readObjects(text: string, name: string, defaultNamespace?: string): readonly KubernetesObject[] {
  const lines = new LineCounter();
  // 1.1 is what kubectl reads: `on` is a boolean there, and 0400 is octal.
  const documents = parseAllDocuments(text, {
    version: "1.1",
    lineCounter: lines,
    logLevel: "error",
    customTags: withoutTimes,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new UnreadableYaml(`${name} is not valid YAML (line ${lines.linePos(error.pos[0]).line})`);
    refuseTemplate(document, lines, name);
    const origin: Origin = { name, locate: (path) => locate(document, lines, path) };
    return objectsOf(toPlain(document, name), { origin, ...(defaultNamespace !== undefined && { defaultNamespace }) });
  });
}

/** `image: {{ .Values.image }}` is YAML, of a mapping whose key is a mapping: what would be judged is not what Helm makes of it. */
function refuseTemplate(document: Document.Parsed, lines: LineCounter, name: string): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isNode(key) || !isCollection(key)) return;
      const { line } = lines.linePos(key.range?.[0] ?? 0);
      throw new UnreadableYaml(
        `${name} holds a template (line ${line}): render it first, for example with helm template`,
      );
    },
  });
}

/** To Kubernetes a date is a text. */
function withoutTimes<T extends string | { readonly tag?: string }>(tags: readonly T[]): T[] {
  return tags.filter((each) => each !== "timestamp" && (typeof each === "string" || !each.tag?.endsWith("timestamp")));
}

function toPlain(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new UnreadableYaml(`${name} has aliases that lead nowhere, or more than can be followed`);
  }
}

/** Where a part is; of one that is absent, where the nearest part around it is. */
function locate(
  document: Document.Parsed,
  lines: LineCounter,
  path: Path,
): { line: number; column: number } | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] | null } | undefined;
    const start = node?.range?.[0];
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return { line, column: col };
  }
  return undefined;
}
