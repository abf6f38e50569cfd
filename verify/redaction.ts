const LONGEST = 300;

/**
 * Makes text that a server had a say in fit for a terminal and a log: a server may send back the password that it was
 * sent, or escape sequences that rewrite what is on the screen.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // Longest first: one secret may be a part of another.
  const ordered = [...secrets].sort((a, b) => b.length - a.length);
  const redacted = ordered.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
  // eslint-disable-next-line no-control-regex -- control characters are what this removes
  const printable = redacted.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
  return printable.length > LONGEST ? `${printable.slice(0, LONGEST)}…` : printable;
}
