/** What makes a text look like a credential; undefined if nothing does. Says what it is, and never repeats it. */
export function credentialIn(text: string, name = ""): string | undefined {
  return shapeOf(text) ?? namedCredential(name, text) ?? pairIn(text);
}

/** A password that stands in for one: a reference to a variable, or a placeholder of a template. */
const REFERENCE = /^(\$[({]?\w|\{\{|<|%[({s]|\*+$|x{3,}$|\[?redacted)/i;

/** The shapes of credentials, and what each is called. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/, "a private key"],
  [/\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}/, "a GitHub token"],
  [/\bglpat-[\w-]{20,}/, "a GitLab token"],
  [/\bGOCSPX-[\w-]{20,}/, "a Google OAuth client secret"],
  [/\bAIza[\w-]{35}/, "a Google API key"],
  [/\bxox[abposr]-[\w-]{10,}/, "a Slack token"],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a JSON web token"],
  [/\$(?:apr1|2[aby]|5|6|argon2id?)\$[^\s$]+\$?[^\s]{8,}/, "a password hash"],
  [/\bBasic [A-Za-z0-9+/]{8,}={0,2}(?![A-Za-z0-9+/=])/, "an Authorization header"],
  [/\bBearer [\w.~+/-]{16,}/, "a bearer token"],
];

function shapeOf(text: string): string | undefined {
  const shape = SHAPES.find(([pattern]) => pattern.test(text));
  return shape?.[1] ?? (hasUrlPassword(text) ? "a URL with a password" : undefined);
}

/** `redis://:password@host`, and no reference in the password's place. */
function hasUrlPassword(text: string): boolean {
  const urls = text.matchAll(/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:([^\s/@'"]+)@[^\s/]/gi);
  return [...urls].some(([, password = ""]) => !REFERENCE.test(password));
}

/** Names that hold a credential, whatever its looks. */
const PASSWORDS = /(^|[_.-])(pass|passwd|password|passphrase|basic_auth)$/i;
/** Names that often do. */
const SECRETS = /(^|[_.-])(secret|token|api_?key|apikey|private_?key|secret_?key|access_?key|credentials?|auth)$/i;
/** What values of such names are when they are none. */
const HARMLESS = /^(true|false|none|null|yes|no|on|off|disabled?|enabled?|required?|optional|\d{1,5}|)$/i;

function namedCredential(name: string, text: string): string | undefined {
  const value = text.trim();
  const plain = name.replace(/([a-z])([A-Z])/g, "$1_$2");
  // Of a user and a password it is the password that counts.
  const isReference = [value, value.slice(value.indexOf(":") + 1)].some((each) => REFERENCE.test(each));
  if (HARMLESS.test(value) || isReference || value.startsWith("/")) return undefined;
  if (PASSWORDS.test(plain)) return "a password";
  return SECRETS.test(plain) && looksRandom(value) ? "a secret" : undefined;
}

/** A line that says nothing to the program that reads the file. */
const COMMENT = /^[ \t]*#.*$/gm;
/** A name and its value, or the first of a list of values. */
const PAIR = /(?:^|[\s{,;"'])([A-Za-z][\w.-]{2,60})["']?[ \t]*[:=][ \t]*(?:[[(][ \t]*)?["']?([^\s"',;#}]+)/g;
/** A user and a password, as Flower's `basic_auth` takes them. */
const LOG_IN = /^[^\s:$%]+:[^\s:$%]+$/;

/** `password: …` or `secret = "…"` within a longer text, such as a file. */
function pairIn(text: string): string | undefined {
  if (!text.includes("\n") && !/[:=]/.test(text)) return undefined;
  for (const [, name = "", value = ""] of text.replace(COMMENT, "").matchAll(PAIR)) {
    // Code that reads a credential (`password = config.get(…)`) holds none.
    if (/[()[\]{}<>|\\]/.test(value)) continue;
    const isLogIn = /(^|_)basic_auth$/i.test(name) && LOG_IN.test(value);
    const found = looksRandom(value) || isLogIn ? namedCredential(name, value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Shannon's entropy above which letters and digits are seldom a word: measured on the fixtures of this rule. */
const ENTROPY = 3.2;

/** Long, of more than one kind of character, and hardly repeating itself. */
export function looksRandom(value: string): boolean {
  if (value.length < 12 || /\s/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/].filter((kind) => kind.test(value)).length;
  return kinds >= 2 && /\d/.test(value) && entropyOf(value) >= ENTROPY;
}

/** Bits for each character. https://en.wikipedia.org/wiki/Entropy_(information_theory) */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / value.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
