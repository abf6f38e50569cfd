/**
 * The inline script of Flower 2.2.0's base template, with automatic refresh on and off, and the one inline style of a table header, by hash:
 * measured in Chromium, no page of either role raises a violation. A newer Flower that changes them needs new hashes.
 */
const SCRIPT_HASHES = [
  "'sha256-A0YIP5A+DKoseGAUTHRoMPDkKPK5cKzfYH3mjcCKtj8='",
  "'sha256-Plc72SJ5jJr8U3f1AUIRpRT60gipUj+EwCvnh1JkE68='",
];
const STYLE_HASH = "'sha256-D2nNQPC8bNaTHWXXLapeP7bIwq/UgHVuxninLxvSi0Y='";

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src 'self' ${SCRIPT_HASHES.join(" ")}`,
  "style-src 'self'",
  `style-src-attr 'unsafe-hashes' ${STYLE_HASH}`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer, errors too. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Strict-Transport-Security": "max-age=31536000",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

/**
 * `add_header` for a server block. Only there: nginx drops a level's headers as soon as a level inside it has one of its own.
 * https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header
 */
export function headerDirectives(): string[] {
  const fixed = Object.entries(SECURITY_HEADERS).map(([name, value]) => `add_header ${name} "${value}" always;`);
  return [...fixed, "add_header Cache-Control $cache_control always;"];
}
