/** Colours are for people who did not say no: https://no-color.org */
export function wantsColors(): boolean {
  return process.stdout.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
}
