import { UnknownValue, type Part } from "../objects/part";
import { callOf } from "./calls";
import { commandLineOf, wordsOf } from "./commandLine";
import { configuredIn } from "./configurationFile";
import type { Surroundings } from "./environment";
import type { Expanded } from "./expansion";
import { optionOf } from "./options";
import { expandedArgument, variableOf } from "./variables";

/** An option of Flower, as its process will see it: its text is undefined where a Secret has it. */
export interface Setting extends Expanded {
  readonly from: "argument" | "file" | "variable";
  readonly at: Part;
}

/** `airflow celery flower` has flags and variables of its own, and passes them on as arguments; Flower still reads its own variables. */
const AIRFLOW: Readonly<Record<string, { readonly flags: readonly string[]; readonly variables: readonly string[] }>> =
  {
    address: { flags: ["hostname", "H"], variables: ["AIRFLOW__CELERY__FLOWER_HOST"] },
    port: { flags: ["port", "p"], variables: ["AIRFLOW__CELERY__FLOWER_PORT"] },
    conf: { flags: ["flower_conf", "c"], variables: ["FLOWER_CONF"] },
    basic_auth: {
      flags: ["basic_auth"],
      variables: [
        ...["", "_CMD", "_SECRET"].map((end) => `AIRFLOW__CELERY__FLOWER_BASIC_AUTH${end}`),
        "FLOWER_BASIC_AUTH",
      ],
    },
  };

/**
 * An option of Flower in the order in which Flower reads them: arguments, its configuration file, its environment.
 * https://flower.readthedocs.io/en/latest/config.html
 */
export function settingOf(around: Surroundings, option: string): Setting | undefined {
  const call = callOf(commandLineOf(around.container));
  if (call?.isOneOfSeveral) throw new UnknownValue("the script starts Flower in more than one way");
  const airflow = call?.program === "airflow" ? AIRFLOW[option] : undefined;
  const words = call?.words ?? around.container.at("args").texts;
  const argument = optionOf(words, airflow?.flags ?? [option]);
  if (argument !== undefined)
    return { ...expandedArgument(around, argument), from: "argument", at: wordsOf(around.container) };
  const file = option === "conf" ? undefined : configuredIn(around, confOf(around), option);
  if (file !== undefined) return { ...file, from: "file", optional: false };
  for (const name of airflow?.variables ?? [`FLOWER_${option.toUpperCase()}`]) {
    const variable = variableOf(around, name);
    if (variable !== undefined) return { ...variable, from: "variable" };
  }
  return undefined;
}

function confOf(around: Surroundings): string | undefined {
  const conf = settingOf(around, "conf");
  if (conf !== undefined && conf.text === undefined)
    throw new UnknownValue("the configuration file's path comes from a Secret");
  return conf?.text;
}
