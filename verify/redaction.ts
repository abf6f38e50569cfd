const LONGEST = 300;

/**
 * Makes text that a server had a say in fit for a terminal and a log: a server may send back the password that it was
 * sent, or escape sequences that rewrite what is on the screen.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  // Longest first: one secret may be a part of another.
  const ordered = [...secrets].sort((a, b) => b.length - a.length);
  const redacted = ordered.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
  const shown = printable(redacted);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}

/** Text that somebody else wrote, without what would move a terminal's cursor, begin a line of a CI log or turn the direction of writing. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
}
