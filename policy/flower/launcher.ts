import { scripts } from "../../components/build/scripts";
import { part } from "../objects/kubernetesObject";
import { UnknownValue } from "../objects/part";
import type { Surroundings } from "./environment";
import { commandLineOf } from "./commandLine";
import { configMapOf, mountOf, mountsOf } from "./mounts";

/** The script with which `FlowerDashboard` starts Flower. */
const START = "start.py";

/**
 * Whether a container starts Flower through `FlowerDashboard`'s own script, which refuses an older Flower, an address that is not loopback and an empty
 * list of users. Told by content, byte for byte, and never by a name: whoever copies the script has its checks.
 */
export function hasOwnLauncher(around: Surroundings): boolean {
  const words = commandLineOf(around.container).commands[0]?.words ?? [];
  const [program, isolated, path = "", ...rest] = words;
  if (!/^python3?$/.test(program ?? "") || isolated !== "-I" || !path.endsWith(`/${START}`) || rest.length > 0)
    return false;
  const folder = path.slice(0, -`/${START}`.length);
  const mount = mountOf(mountsOf(around.pod, around.container), path);
  if (mount?.volume === undefined || mount.path !== folder || mount.subPath !== undefined) return false;
  const configMap = configMapOf(around.inventory, around.pod, mount.volume);
  if (configMap === "hidden") throw new UnknownValue(`the ConfigMap with ${path} is not among these objects`);
  return configMap !== undefined && isOwn(part(configMap, "data").members.map(([name, text]) => [name, text.text]));
}

let own: Readonly<Record<string, string>> | undefined;

/** The files of that script, by name. */
export function ownScripts(): Readonly<Record<string, string>> {
  own ??= scripts();
  return own;
}

function isOwn(files: readonly (readonly [string, string | undefined])[]): boolean {
  const texts = ownScripts();
  return files.length === Object.keys(texts).length && files.every(([name, text]) => texts[name] === text);
}
