import { isCollection, isNode, LineCounter, parseAllDocuments, visit, type Document } from "yaml";
import { printable } from "../../verify/redaction";
import { objectsOf, type KubernetesObject, type Origin } from "../objects/kubernetesObject";
import { Part, type Path } from "../objects/part";

/** A text that is not YAML; the message has the line, and repeats nothing of the text, which may hold secrets. */
export class UnreadableYaml extends Error {
  constructor(message: string) {
    super(printable(message));
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
    const value = toPlain(document, name);
    refuseKustomization(value, name);
    return objectsOf(value, { origin, ...(defaultNamespace !== undefined && { defaultNamespace }) });
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

/** What a kustomization may have without that anything but its resources is deployed; `bases` are such of older ones. */
const PLAIN_MEMBERS = ["apiVersion", "kind", "metadata", "resources", "bases"];

/** Patches, images and names of a kustomization change the objects, and its files hold pieces of them. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
function refuseKustomization(value: unknown, name: string): void {
  const root = new Part(value);
  if (!isKustomization(root, name)) return;
  const changes = root.members.find(([key, { value: member }]) => !PLAIN_MEMBERS.includes(key) && !isEmpty(member));
  if (changes === undefined) return;
  throw new UnreadableYaml(
    `${name} holds a kustomization (${changes[0]}): render it first, for example with kubectl kustomize`,
  );
}

/** By what it says it is, or by its file's name, as it need not say so. */
function isKustomization(root: Part, name: string): boolean {
  const version = root.at("apiVersion").text;
  const kind = root.at("kind").text;
  if (kind === undefined) return /(^|[\\/])(kustomization\.ya?ml|Kustomization)$/.test(name);
  const isOwn = version === undefined || version.startsWith("kustomize.config.k8s.io/");
  return isOwn && (kind === "Kustomization" || kind === "Component");
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
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
