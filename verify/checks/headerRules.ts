import type { Answer } from "../network/exchange";

type Values = readonly string[];

interface HeaderRule {
  readonly name: string;
  /** What is wrong with the values that came, one or more. */
  readonly fault: (values: Values) => string | undefined;
}

/** Half a year; the guide sets a whole one. */
const LEAST_HSTS_SECONDS = 15_768_000;

const REFERRER_POLICIES = ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"];

/** Sources that let a script in from anywhere, or from the page's own text. */
const LOOSE_SCRIPT_SOURCES = ["'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "data:", "blob:"];

const RULES: readonly HeaderRule[] = [
  { name: "Strict-Transport-Security", fault: hstsFault },
  {
    name: "X-Frame-Options",
    fault: (values) =>
      unless(
        everyToken(values, (token) => token === "deny"),
        "not DENY",
      ),
  },
  { name: "X-Content-Type-Options", fault: (values) => unless(firstToken(values) === "nosniff", "not nosniff") },
  { name: "Content-Security-Policy", fault: policyFault },
  { name: "Referrer-Policy", fault: referrerFault },
];

/** Says of each security header what is wrong with it. */
export function headerFaults(headers: Answer["headers"]): string[] {
  return RULES.flatMap(({ name, fault }) => {
    const values = headers[name.toLowerCase()] ?? [];
    const found = values.length === 0 ? "missing" : fault(values);
    return found === undefined ? [] : [`${name}: ${found}`];
  });
}

function unless(good: boolean, fault: string): string | undefined {
  return good ? undefined : fault;
}

function tokens(values: Values): string[] {
  return values.flatMap((value) => value.split(",")).map((token) => token.trim().toLowerCase());
}

function everyToken(values: Values, accept: (token: string) => boolean): boolean {
  return tokens(values).every(accept);
}

function firstToken(values: Values): string | undefined {
  return tokens(values)[0];
}

/** Browsers read the first such header only (RFC 6797, 8.1). */
function hstsFault(values: Values): string | undefined {
  const seconds = /(?:^|;)\s*max-age\s*=\s*"?(\d+)/i.exec(values[0] ?? "")?.[1];
  if (seconds === undefined) return "no max-age";
  return unless(Number(seconds) >= LEAST_HSTS_SECONDS, `max-age ${seconds} is less than half a year`);
}

/** Browsers take the last policy that they know. */
function referrerFault(values: Values): string | undefined {
  const last = tokens(values).at(-1) ?? "";
  return unless(REFERRER_POLICIES.includes(last), "lets whole addresses out");
}

/** Every policy that is sent is enforced, so it is enough that one of them says it. */
function policyFault(values: Values): string | undefined {
  const policies = values.flatMap((value) => value.split(",")).map(directives);
  const framing = policies.some((policy) => policy.get("frame-ancestors")?.join(" ") === "'none'");
  const scripts = policies.some((policy) => {
    const sources = policy.get("script-src") ?? policy.get("default-src");
    return sources !== undefined && !sources.some((source) => LOOSE_SCRIPT_SOURCES.includes(source));
  });
  const faults = [
    unless(framing, "frame-ancestors is not 'none'"),
    unless(scripts, "script-src is missing or too loose"),
  ].filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : faults.join(", ");
}

/** Names are unique within a policy: browsers ignore a second one. */
function directives(policy: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const directive of policy.split(";")) {
    const [name, ...sources] = directive.trim().toLowerCase().split(/\s+/);
    if (name !== undefined && name !== "" && !found.has(name)) found.set(name, sources);
  }
  return found;
}
