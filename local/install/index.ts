import { installPackages } from "./packages";
import { checkNginx } from "./nginx";
import type { Progress } from "./progress";
import { findProgram, lackingPackages } from "./programs";
import { pythonEnvironment, type PythonEnvironment } from "./python";

export { installPackages } from "./packages";
export { progressOn, silent, type Progress } from "./progress";
export { cacheFolder, type PythonEnvironment } from "./python";
export { findProgram } from "./programs";

/** What the demo runs, ready to use. */
export interface Installation {
  python: PythonEnvironment;
}

/**
 * Installs what is lacking and checks what is there; takes a moment when nothing lacks.
 *
 * @param requirements - path of the hash-pinned requirements file
 */
export async function install(requirements: string, progress: Progress): Promise<Installation> {
  if (process.platform !== "linux") {
    throw new Error(
      `The demo needs Linux, and this is ${process.platform}: run it in a virtual machine with Debian or Ubuntu.`,
    );
  }
  await installPackages(
    lackingPackages((program) => findProgram(program) !== undefined),
    progress,
  );
  await checkNginx(findProgram("nginx") ?? "nginx");
  return { python: await pythonEnvironment(requirements, progress) };
}
