import { objectsOfKind, type KubernetesObject } from "../../../local/pod";
import { logInsOf, ROLES, secretOf } from "../client/logIns";

/** A text that may be nowhere but in its Secret, and what it is. */
export interface Needle {
  readonly what: string;
  readonly text: string;
}

/** Every value that was generated or given as a secret, in each way in which it could be written. Certificates are public. */
export function needlesOf(objects: readonly KubernetesObject[]): Needle[] {
  const values = objectsOfKind(objects, "Secret").flatMap(({ metadata }) =>
    [...secretOf(objects, metadata.name)]
      .filter(([key]) => !key.endsWith(".crt"))
      .map(([key, value]): Needle => ({ what: `${metadata.name}/${key}`, text: value })),
  );
  const logIns = ROLES.flatMap((role) =>
    logInsOf(objects, role).map(({ name, password }): Needle => ({
      what: `the log-in ${name}`,
      text: `${name}:${password}`,
    })),
  );
  const password = new URL(secretOf(objects, "queues-broker").get("url") ?? "").password;
  const all = [...values, ...logIns, { what: "the broker's password", text: password }];
  return all.flatMap(({ what, text }) => [
    ...(text.includes("\n") ? longLines(what, text) : [{ what, text }]),
    { what: `${what}, in base64`, text: Buffer.from(text).toString("base64").replace(/=+$/, "") },
    { what: `${what}, in hexadecimal`, text: Buffer.from(text).toString("hex") },
    { what: `${what}, in a URL`, text: encodeURIComponent(text) },
  ]);
}

/** A key is recognized by any one of its lines. */
function longLines(what: string, text: string): Needle[] {
  return text
    .split("\n")
    .filter((line) => line.length > 40 && !line.startsWith("-----"))
    .map((line) => ({ what: `a line of ${what}`, text: line }));
}

/** What of the needles a text holds. */
export function found(needles: readonly Needle[], where: string, text: string): string[] {
  return needles.filter((needle) => text.includes(needle.text)).map(({ what }) => `${where}: ${what}`);
}
