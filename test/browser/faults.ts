import type { Page } from "playwright-core";

/** What a browser sends on its way out of a page: nobody has refused it. */
const ABORTED = "net::ERR_ABORTED";

/** A violation shows in the console too, but not always with what was blocked. */
const TELL_VIOLATIONS = `document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP violation: " + event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber));`;

/**
 * Collects everything that a page complains of: errors and warnings in its console, exceptions, violations of its Content-Security-Policy, dialogs,
 * requests that fail or are refused.
 */
export async function watchFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "";
    if (reason !== ABORTED) faults.push(`failed: ${request.method()} ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400)
      faults.push(`refused: ${response.request().method()} ${response.url()} ${response.status()}`);
  });
  await page.addInitScript(TELL_VIOLATIONS);
  return faults;
}
