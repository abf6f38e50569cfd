import { UnknownValue } from "../objects/part";
import type { Setting } from "./settings";

interface Truth {
  readonly yes: readonly string[];
  readonly no: readonly string[];
}

/**
 * What is true and false, by where it stands, as of Flower 2.2 and Tornado 6.6. With what is in neither list Flower does not start, or takes it for true
 * although whoever wrote it hardly meant that (Tornado: `--read_only=off`).
 */
const TRUTH: Readonly<Record<Setting["from"], Truth>> = {
  // `strtobool`: https://github.com/mher/flower/blob/v2.0.1/flower/command.py
  variable: { yes: ["y", "yes", "t", "true", "on", "1"], no: ["n", "no", "f", "false", "off", "0"] },
  // `_parse_bool`: https://github.com/tornadoweb/tornado/blob/v6.4.2/tornado/options.py
  argument: { yes: ["true", "t", "yes", "y", "on", "1"], no: ["false", "f", "0"] },
  // A boolean of Python or None, or a text that is read as an argument; a number stops Flower.
  file: { yes: ["true", "t", "yes", "y", "on"], no: ["false", "f", ""] },
};

/** Whether a boolean option is set, as Flower reads it. Throws {@link UnknownValue} where that cannot be told. */
export function isTrue(setting: Pick<Setting, "text" | "from"> | undefined, option: string): boolean {
  if (setting === undefined) return false;
  const { text, from } = setting;
  if (text === undefined) throw new UnknownValue(`${option} comes from a Secret`);
  const { yes, no } = TRUTH[from];
  const value = text.toLowerCase();
  if (yes.includes(value)) return true;
  if (no.includes(value)) return false;
  throw new UnknownValue(`${option} is neither true nor false to Flower, as it is written`);
}
