import { OBJECT_PATHS } from "../../../../components/rules/members";
import { changed, existing, full, signInFully } from "../arguments";
import { row, type Row } from "./row";

/** Arguments in which every object of the contract is there. */
function baseOf(path: string): Row["base"] {
  if (path === "broker.urlSecret" || path === "auth.basic.existingSecrets") {
    return existing;
  }
  if (path.startsWith("auth.oauth")) {
    return signInFully;
  }
  return changed(full, { "networkPolicy.egress": [{ namespace: "metrics" }] });
}

/** For every object: a misspelled member, and something that is no object. A misspelled control that is ignored would be one that is off. */
export const memberRows: readonly Row[] = ["", ...OBJECT_PATHS].flatMap((pattern) => {
  const path = pattern.replaceAll("[*]", "[0]");
  const misspelled = path === "" ? "hosts" : `${path}.hosts`;
  const base = baseOf(path);
  const unknown = row(path, { [misspelled]: "x" }, ["has the unknown member hosts; write only "], base);
  return path === "" ? [unknown] : [unknown, row(path, { [path]: "x" }, ["is not an object; write only "], base)];
});
