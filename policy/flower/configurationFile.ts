import { posix } from "node:path";
import { UnknownValue, type Part } from "../objects/part";
import { callOf } from "./calls";
import { commandLineOf } from "./commandLine";
import type { Surroundings } from "./environment";
import { fileIn, mountOf, mountsOf, type Mount } from "./mounts";
import { optionOf } from "./options";
import { assignedIn } from "./python";

/** Flower executes this file in its working directory, if it is there, and what it sets wins over the environment. */
const CONFIGURATION = "flowerconfig.py";

/** What the configuration file sets an option to, and where the file is mounted. */
export interface Configured {
  readonly text: string;
  readonly at: Part;
}

/**
 * What the configuration file at `conf` sets an option to. Throws {@link UnknownValue} where there is such a file, or may well be one, that these objects do not
 * show. https://flower.readthedocs.io/en/latest/config.html
 */
export function configuredIn(around: Surroundings, conf: string | undefined, option: string): Configured | undefined {
  if (conf === "/dev/null") return undefined;
  const path = conf ?? CONFIGURATION;
  // Only the one that is not named, or named as Flower names it itself, may be absent.
  const isNamed = path !== CONFIGURATION;
  const file = mountedFile(around, path, isNamed);
  if (file !== undefined) {
    const text = assignedIn(file.text, option);
    return text === undefined ? undefined : { text, at: file.at };
  }
  if (isNamed) throw new UnknownValue(`${path} may set ${option}, and is not among these objects`);
  if (isWritten(around)) throw new UnknownValue(`${path}, of which the script speaks, may set ${option}`);
  return undefined;
}

/** The file's text and its mount; undefined if no mount holds it. */
function mountedFile(
  around: Surroundings,
  path: string,
  isNamed: boolean,
): { readonly text: string; readonly at: Part } | undefined {
  const mounts = mountsOf(around.pod, around.container);
  const folder = folderOf(around);
  const absolute = folder === undefined && !path.startsWith("/") ? undefined : posix.resolve(folder ?? "/", path);
  if (absolute === undefined) return anywhere(around, mounts, path);
  const mount = mountOf(mounts, absolute);
  if (mount === undefined) return undefined;
  const { inventory, pod } = around;
  const file = fileIn({ inventory, pod, mount }, absolute.slice(mount.path.length + 1), isNamed);
  if (file === "hidden") throw notShown(mount);
  return file && { text: file.text, at: mount.at };
}

/** Where the image decides on the working directory, whatever mounts a file of that name; of a folder that is not shown nothing is said. */
function anywhere(
  { inventory, pod }: Surroundings,
  mounts: readonly Mount[],
  path: string,
): { readonly text: string; readonly at: Part } | undefined {
  const name = posix.normalize(path);
  for (const mount of mounts) {
    const isFile = mount.path.endsWith(`/${name}`);
    const file = fileIn({ inventory, pod, mount }, isFile ? "" : name, isFile);
    if (file === "hidden" && isFile) throw notShown(mount);
    if (file !== undefined && file !== "hidden") return { text: file.text, at: mount.at };
  }
  return undefined;
}

function notShown({ path }: Mount): UnknownValue {
  return new UnknownValue(`what is mounted at ${path} may configure Flower, and is not among these objects`);
}

/** The working directory: Celery's own option, else the script's last `cd`, else the container's; undefined if the image decides. */
function folderOf(around: Surroundings): string | undefined {
  const line = commandLineOf(around.container);
  const option = optionOf(callOf(line)?.words ?? [], ["workdir"]);
  // One within parentheses or a block may count or not: as good as a path that only the shell knows.
  const moves = line.commands.flatMap(({ words: [program, to = ""], isNested }) =>
    program === "cd" ? [isNested ? "" : to] : [],
  );
  const folder = option ?? moves.at(-1) ?? around.container.at("workingDir").text;
  return folder !== undefined && /^\/[^$`]*$/.test(folder) ? folder : undefined;
}

const WRITTEN = /(?:^|[/>])flowerconfig\.py$/;

/** Whether the script itself speaks of the file: it may write it, or copy it to where Flower looks. */
function isWritten({ container }: Surroundings): boolean {
  const { commands } = commandLineOf(container);
  return commands.some(({ words }) => words.some((word) => WRITTEN.test(word)));
}
