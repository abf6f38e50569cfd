import { isRecord, joinPath } from "../../testing/wire";
import { titleOf } from "./objects";
import type { KubernetesObject, MarkedObject } from "./objects";
import type { KnownSecret } from "./protocol";
import { isSecret, secretValues } from "./secrets";

/** Shorter texts than this are in too many places by chance for their presence to prove anything. */
const SHORTEST = 6;

/**
 * Finds secrets where they do not belong: anywhere but in the values of a Secret. Three signs are taken: Pulumi's own
 * marks; a value that the run knows to be secret, whole or within another text, in base64 or percent-encoded; and a value
 * that a Secret holds. Each finding is a sentence that names the object and the path, and never the value.
 */
export function findLeaks(marked: readonly MarkedObject[], known: readonly KnownSecret[]): string[] {
  const needles = distinct([...known.flatMap(withParts), ...marked.flatMap(({ object }) => valuesOfSecret(object))]);
  const findings = marked.flatMap(({ object, secretPaths }) => {
    const found = placesOf(object).flatMap((place) => needlesIn(place, needles).map((needle) => ({ place, needle })));
    const byValue = found.map(({ place, needle }) => `${titleOf(object)}: ${place.path} contains ${needle.origin}`);
    const known = found.map(({ place }) => place.path);
    const byMark = secretPaths
      .filter((path) => !isSecretValuePath(object, path) && !known.some((place) => place.startsWith(path)))
      .map((path) => `${titleOf(object)}: Pulumi holds ${path} secret`);
    return [...byValue, ...byMark];
  });
  return [...new Set(findings)];
}

interface Place {
  readonly path: string;
  readonly text: string;
}

/** Every text of an object that is printed as it is, keys of maps included. */
function placesOf(object: KubernetesObject): Place[] {
  return isSecret(object) ? placesIn({ ...object, data: undefined, stringData: undefined }, "") : placesIn(object, "");
}

function placesIn(value: unknown, path: string): Place[] {
  if (typeof value === "string") {
    return [{ path, text: value }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => placesIn(item, joinPath(path, index)));
  }
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, item]) => {
        const inner = joinPath(path, key);
        return [{ path: inner, text: key }, ...placesIn(item, inner)];
      })
    : [];
}

function needlesIn(place: Place, needles: readonly KnownSecret[]): KnownSecret[] {
  const texts = [place.text, ...decodedForms(place.text)];
  return needles.filter(({ value }) => texts.some((text) => text.includes(value)));
}

/** What a text says once its percent-encoding, or base64 within it, is undone. */
function decodedForms(text: string): string[] {
  const forms = (text.match(/[A-Za-z0-9+/_-]{8,}={0,2}/g) ?? []).map((token) =>
    Buffer.from(token, "base64").toString(),
  );
  if (text.includes("%")) {
    forms.push(text.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16))));
  }
  return forms;
}

/** A secret, and what is in it that would be as bad alone: the password of a URL, the body of a private key. */
function withParts({ value, origin }: KnownSecret): KnownSecret[] {
  const parts = [value, value.trim(), ...passwordsOfUrl(value), ...bodyOfKey(value)];
  return parts.filter((part) => part.length >= SHORTEST && !isPublicPem(part)).map((part) => ({ value: part, origin }));
}

function passwordsOfUrl(value: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*?:([^/?#]*)@/i.exec(value)?.[1];
  if (password === undefined) {
    return [];
  }
  return [password, password.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)))];
}

/** Lines of a PEM key that give it away, since the text around them may be broken or joined elsewhere. */
function bodyOfKey(value: string): string[] {
  const isKey = value.includes("PRIVATE KEY-----");
  const lines = isKey ? value.split("\n").filter((line) => line.length >= 16 && !line.startsWith("-----")) : [];
  // An elliptic key's secret is in its first two lines, and the public point after them. RSA begins with the public
  // modulus, and has secret numbers in the middle.
  const middle = Math.floor(lines.length / 2);
  return lines.length > 9 ? lines.slice(middle, middle + 1) : lines.slice(0, 2);
}

function valuesOfSecret(object: KubernetesObject): KnownSecret[] {
  const values = isSecret(object) ? secretValues(object) : [];
  return values
    .filter(({ value }) => !isPlainlyPublic(value))
    .flatMap(({ path, value }) => withParts({ value, origin: `the value ${path} of ${titleOf(object)}` }));
}

/**
 * Whether a Secret's value is of a kind that is no secret by itself: Secrets carry host names and certificates beside
 * passwords, and those may well be elsewhere too. What Pulumi or a provider holds secret is never excused in this way.
 */
function isPlainlyPublic(value: string): boolean {
  const text = value.trim();
  return (
    isPublicPem(text) ||
    /^[a-z][a-z0-9+.-]*:\/\/[^\s@?]*$/i.test(text) ||
    /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:\d+)?$/i.test(text) ||
    /^[a-z]+([._-][a-z]+)*(@[a-z.-]+)?$/.test(text) ||
    /^[\d.:/]+$/.test(text)
  );
}

/** Certificates, requests and public keys, one or several. */
function isPublicPem(text: string): boolean {
  const labels = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label]) => label ?? "");
  return labels.length > 0 && !labels.some((label) => label.includes("PRIVATE"));
}

function isSecretValuePath(object: KubernetesObject, path: string): boolean {
  return isSecret(object) && /^(data|stringData)\b/.test(path);
}

function distinct(needles: readonly KnownSecret[]): KnownSecret[] {
  return [...new Map([...needles].reverse().map((needle) => [needle.value, needle])).values()].reverse();
}
