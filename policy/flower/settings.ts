import { part } from "../objects/kubernetesObject";
import { UnknownValue, type Part } from "../objects/part";
import { callOf } from "./calls";
import { commandLineOf } from "./commandLine";
import type { Surroundings } from "./environment";
import type { Expanded } from "./expansion";
import { configMapOf, mountsOf } from "./mounts";
import { optionOf } from "./options";
import { expandedArgument, variableOf, wordsOf } from "./variables";

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
  const airflow = call?.program === "airflow" ? AIRFLOW[option] : undefined;
  const words = call?.words ?? around.container.at("args").texts;
  const argument = optionOf(words, airflow?.flags ?? [option]);
  if (argument !== undefined) return { ...expandedArgument(around, argument), from: "argument", at: wordsOf(around) };
  const file = option === "conf" ? undefined : fromFile(around, option);
  if (file !== undefined) return file;
  for (const name of airflow?.variables ?? [`FLOWER_${option.toUpperCase()}`]) {
    const variable = variableOf(around, name);
    if (variable !== undefined) return { ...variable, from: "variable" };
  }
  return undefined;
}

/** Flower executes this file, and what it sets wins over the environment. */
const CONFIGURATION = "flowerconfig.py";

function fromFile(around: Surroundings, option: string): Setting | undefined {
  const conf = settingOf(around, "conf")?.text;
  if (conf === "/dev/null") return undefined;
  const name = conf?.slice(conf.lastIndexOf("/") + 1) ?? CONFIGURATION;
  for (const mount of mountsOf(around.pod, around.container)) {
    const isFile = mount.path.endsWith(`/${name}`);
    if (mount.volume === undefined || (!isFile && conf !== `${mount.path}/${name}` && conf !== undefined)) continue;
    const key = isFile ? (mount.subPath ?? name) : name;
    const configMap = configMapOf(around.inventory, around.pod, mount.volume);
    const isHidden = configMap === "hidden" || (configMap === undefined && mount.volume.at("secret").exists);
    if (isHidden && (isFile || conf !== undefined)) {
      throw new UnknownValue(`${mount.path} may set ${option}, and what is mounted there is not among these objects`);
    }
    const text = configMap === undefined || configMap === "hidden" ? undefined : part(configMap, "data", key).text;
    const found = text === undefined ? undefined : assigned(text, option);
    if (found !== undefined) return { text: found, from: "file", optional: false, at: mount.at };
  }
  return undefined;
}

/** The last `option = value` of a Python file, without its quotes. */
function assigned(file: string, option: string): string | undefined {
  const [, value] = [...file.matchAll(new RegExp(`^${option}[ \\t]*=[ \\t]*(.+)$`, "gm"))].at(-1) ?? [];
  return value?.trim().replace(/^(['"])(.*)\1$/, "$2");
}
