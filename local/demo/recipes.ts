import type { Recipe, RecipeFinder } from "../pod";
import type { PythonEnvironment } from "../install";

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Files that most programs read: certificates and the loader's cache, as they are on this machine. */
const COMMON = ["/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ld.so.cache", "/etc/alternatives"];

const readOnly = (paths: readonly string[]): Recipe["binds"] =>
  paths.map((path) => ({ source: path, target: path, readOnly: true }));

/** What stands in for `nginxinc/nginx-unprivileged`: this machine's nginx. */
export const nginxRecipe: Recipe = {
  binds: readOnly([...COMMON, "/etc/nginx/mime.types"]),
  environment: { PATH: SYSTEM_PATH },
  uid: 101,
  gid: 101,
  stopSignal: "SIGQUIT",
};

/** What stands in for an image of Redis: this machine's. */
export const redisRecipe: Recipe = {
  binds: readOnly(COMMON),
  environment: { PATH: SYSTEM_PATH },
  uid: 999,
  gid: 999,
  stopSignal: "SIGTERM",
};

/** Where containers see the Python environment: never below a path that a pod mounts over, as a home below /tmp would be. */
const PYTHON_FOLDER = "/opt/flower";

/**
 * What stands in for an image built from `image/`: the same pinned packages, in an environment on this machine. Its interpreter finds them from
 * wherever it is; its scripts do not, so `python3 -m celery`, not `celery`.
 */
export function flowerRecipe(python: PythonEnvironment): Recipe {
  const environment = { source: python.path, target: PYTHON_FOLDER, readOnly: true };
  return {
    binds: [...readOnly([...COMMON, ...python.interpreterFolders]), environment],
    environment: { PATH: `${PYTHON_FOLDER}/bin:${SYSTEM_PATH}`, LANG: "C.UTF-8" },
    uid: 1000,
    gid: 1000,
    stopSignal: "SIGTERM",
  };
}

/** Finds stand-ins by the image's name, whatever its registry and tag. */
export function recipesFor(python: PythonEnvironment): RecipeFinder {
  return (image) => {
    const repository = image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
    const name = repository.split("/").at(-1) ?? "";
    if (/nginx/.test(name)) return nginxRecipe;
    if (/flower/.test(name)) return flowerRecipe(python);
    return undefined;
  };
}
