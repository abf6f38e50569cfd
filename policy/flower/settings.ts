import { part } from "../objects/kubernetesObject";
import { UnknownValue, type Part } from "../objects/part";
import { callOf, commandLineOf, optionOf } from "./commandLine";
import { variableOf, type Surroundings } from "./environment";
import { configMapOf, mountsOf } from "./mounts";

/** An option of Flower, as its process will see it. */
export interface Setting {
  /** Its text, or undefined where a Secret has it. */
  readonly text: string | undefined;
  readonly from: "argument" | "file" | "variable";
  /** Whether the pod starts without it. */
  readonly optional: boolean;
  readonly at: Part;
}

/** `airflow celery flower` has flags and variables of its own, and passes them on as arguments. */
const AIRFLOW: Readonly<Record<string, { readonly flags: readonly string[]; readonly variables: readonly string[] }>> =
  {
    address: { flags: ["hostname", "H"], variables: ["AIRFLOW__CELERY__FLOWER_HOST"] },
    port: { flags: ["port", "p"], variables: ["AIRFLOW__CELERY__FLOWER_PORT"] },
    conf: { flags: ["flower_conf", "c"], variables: [] },
    basic_auth: {
      flags: ["basic_auth"],
      variables: ["", "_CMD", "_SECRET"].map((end) => `AIRFLOW__CELERY__FLOWER_BASIC_AUTH${end}`),
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
  if (argument !== undefined) return expanded(around, argument);
  const file = option === "conf" ? undefined : fromFile(around, option);
  if (file !== undefined) return file;
  for (const name of airflow?.variables ?? [`FLOWER_${option.toUpperCase()}`]) {
    const variable = variableOf(around, name);
    if (variable !== undefined) return { ...variable, from: "variable" };
  }
  return undefined;
}

/** An argument with the variables in it replaced; one that is a Secret's makes all of it a secret. */
function expanded(around: Surroundings, argument: string): Setting {
  const at = around.container.at("args");
  let secret = argument.includes("$(cat ");
  let optional = false;
  const text = argument.replace(/\$\((\w+)\)|\$\{(\w+)\}|\$(\w+)/g, (whole, ...names: (string | undefined)[]) => {
    const name = names.slice(0, 3).find((each) => each !== undefined) ?? "";
    const variable = variableOf(around, name);
    if (variable === undefined) return whole;
    secret ||= variable.text === undefined;
    optional ||= variable.optional;
    return variable.text ?? "";
  });
  return { text: secret ? undefined : text, from: "argument", optional, at };
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

/** What Flower takes for true: https://www.tornadoweb.org/en/stable/options.html; a configuration file says it in Python. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && !/^(false|0|f|no|none|)$/i.test(text);
}
