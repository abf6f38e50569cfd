import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { installPackages } from "./packages";
import type { Progress } from "./progress";
import { lastLines, run } from "./run";

/** A Python environment that has everything of a requirements file. */
export interface PythonEnvironment {
  /** Its folder. */
  path: string;
  /** Folders outside of /usr that its interpreter needs. */
  interpreterFolders: string[];
}

interface Interpreter {
  executable: string;
  version: [number, number];
  folders: string[];
}

/** What the pinned packages need. */
const OLDEST: readonly [number, number] = [3, 10];

const DESCRIBE = `
import json, os, sys
try:
    import ensurepip, venv
except ImportError:
    sys.exit(3)
folders = {sys.base_prefix, os.path.realpath(sys.base_prefix)}
print(json.dumps({"executable": getattr(sys, "_base_executable", sys.executable), "version": list(sys.version_info[:2]), "folders": sorted(folders)}))
`;

/** Where the demo keeps what it downloads and builds, outside of the repository. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME ?? "";
  return join(base.startsWith("/") ? base : join(homedir(), ".cache"), "secure-flower");
}

/**
 * Makes the environment, or finds the one that was made from the same requirements by the same Python. Made in place, since a virtual
 * environment cannot be moved; it counts only once its last file, `complete`, is there, and a lock keeps two makers apart.
 */
export async function pythonEnvironment(requirements: string, progress: Progress): Promise<PythonEnvironment> {
  const python = await findInterpreter(progress);
  const identity = createHash("sha256")
    .update(readFileSync(requirements))
    .update(JSON.stringify([python, process.arch]))
    .digest("hex");
  const path = join(cacheFolder(), `venv-${identity.slice(0, 16)}`);
  if (!existsSync(join(path, "complete"))) {
    await progress.step("Installing Flower and Celery from PyPI", () => build(path, python.executable, requirements));
  }
  return { path, interpreterFolders: python.folders.filter((folder) => !folder.startsWith("/usr")) };
}

async function findInterpreter(progress: Progress): Promise<Interpreter> {
  const found = await usableInterpreter();
  if (found !== undefined) return found;
  await installPackages(["python3-venv"], progress);
  const installed = await usableInterpreter();
  if (installed !== undefined) return installed;
  throw new Error(
    `The demo needs Python ${OLDEST.join(".")} or newer with its venv module: install it and run the demo again.`,
  );
}

async function usableInterpreter(): Promise<Interpreter | undefined> {
  for (const candidate of ["python3", "/usr/bin/python3"]) {
    const { code, output } = await run([candidate, "-I", "-c", DESCRIBE]);
    if (code !== 0) continue;
    const interpreter = JSON.parse(lastLines(output, 1)) as Interpreter;
    const [major, minor] = interpreter.version;
    if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return interpreter;
  }
  return undefined;
}

/** `umask`: other users' processes, those of the containers, must be able to read it. */
const BUILD = `set -e
umask 022
test ! -e "$1/complete" || exit 0
rm -rf "$1"
"$2" -m venv "$1"
"$1/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes --requirement "$3"
touch "$1/complete"`;

async function build(path: string, python: string, requirements: string): Promise<void> {
  mkdirSync(cacheFolder(), { recursive: true, mode: 0o755 });
  const lock = `${path}.lock`;
  writeFileSync(lock, "", { flag: "a" });
  const { code, output } = await run(["flock", lock, "sh", "-c", BUILD, "build-venv", path, python, requirements]);
  if (code !== 0) throw new Error(`The Python environment could not be made:\n${lastLines(output)}`);
}
