import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "fs";
import { join } from "path";
import { Document, Scalar, visit } from "yaml";
import { usageError } from "./errors";
import { titleOf } from "./objects";
import type { KubernetesObject } from "./objects";
import { isSecret } from "./secrets";

/** One object as YAML. Texts that YAML 1.1 or 1.2 would take for something else (`on`, `1e3`, `0o7`) are quoted. */
export function toYaml(object: KubernetesObject): string {
  const document = new Document(object, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      // 1.1, which kubectl reads, has no such octal numbers, so the library would leave it bare.
      if (typeof node.value === "string" && /^[-+]?0o[0-7]+$/.test(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** All objects as one YAML stream. */
export function toYamlStream(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `---\n${toYaml(object)}`).join("");
}

/** What writing to a folder did. */
export interface Written {
  readonly files: readonly string[];
  /** YAML files that were there before and belong to no object: perhaps of objects that are gone. */
  readonly strangers: readonly string[];
}

/** Writes one file an object; those of Secrets are readable by their owner only, from their first byte on. */
export function writeObjects(objects: readonly KubernetesObject[], folder: string): Written {
  try {
    mkdirSync(folder, { recursive: true });
    const names = fileNames(objects);
    objects.forEach((object, index) => writeObject(join(folder, names[index] as string), object));
    const strangers = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name) && !names.includes(name));
    return { files: names.map((name) => join(folder, name)), strangers: strangers.sort() };
  } catch (error) {
    throw usageError(`cannot write to ${folder}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

function writeObject(path: string, object: KubernetesObject): void {
  // An existing file would keep its mode, and a link would be followed: so it goes first, and a new one must be new.
  if (existsSync(path)) {
    rmSync(path);
  }
  writeFileSync(path, toYaml(object), { flag: "wx", mode: isSecret(object) ? 0o600 : 0o644 });
}

function fileNames(objects: readonly KubernetesObject[]): string[] {
  const severalNamespaces = new Set(objects.map(({ metadata }) => metadata.namespace)).size > 1;
  const names = objects.map((object) => {
    const { kind, metadata } = object;
    const place = severalNamespaces && metadata.namespace !== undefined ? [metadata.namespace] : [];
    return [kind.toLowerCase(), ...place, metadata.name].join("-").replace(/[^A-Za-z0-9._-]/g, "_");
  });
  const taken = new Map<string, string>();
  return names.map((name, index) => {
    const object = objects[index] as KubernetesObject;
    const unique = taken.has(name) ? `${name}-${object.apiVersion.replace(/[^A-Za-z0-9.]/g, "_")}` : name;
    if (taken.has(unique)) {
      throw usageError(`${titleOf(object)} and ${taken.get(unique)} would have the same file name`);
    }
    taken.set(unique, titleOf(object));
    return `${unique}.yaml`;
  });
}
