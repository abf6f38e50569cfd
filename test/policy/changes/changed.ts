import { Document, parseAllDocuments } from "yaml";
import { fixture } from "../fixtures";
import type { Change } from "./change";

/** The hand-written fixture that keeps every rule, with something changed in it. */
export function changed(change: Change): string {
  const documents = parseAllDocuments(fixture("hardened.yaml")) as Document[];
  const added = (change.adds ?? []).map((object) => new Document(object));
  return [...[change, ...(change.and ?? [])].reduce(apply, documents), ...added].map(String).join("---\n");
}

function apply(documents: Document[], { kind, name, path, value }: Change): Document[] {
  const nameOf = (document: Document): unknown => document.getIn(["metadata", "name"]);
  const document = documents.find((each) => each.get("kind") === kind && (name ?? nameOf(each)) === nameOf(each));
  if (document === undefined) throw new Error(`no ${kind} in the fixture`);
  if (path.length === 0) return documents.filter((each) => each !== document);
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value));
  return documents;
}
