import type { Progress } from "./progress";
import { findProgram } from "./programs";
import { lastLines, run } from "./run";

/** How packages can be installed here. */
type Way = { kind: "apt"; prefix: readonly string[] } | { kind: "none"; sentence: string };

/** Debian's own switch against services that start on installation; a file that stands there already stays. */
const POLICY_FILE = "/usr/sbin/policy-rc.d";

/**
 * Installs without starting or enabling a service: the demo runs its own nginx and Redis, and a machine's owner did not ask for
 * theirs. The shell's trap takes the switch away again however this ends.
 */
const INSTALL = `set -e
if [ ! -e ${POLICY_FILE} ]; then
  trap 'rm -f ${POLICY_FILE}' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >${POLICY_FILE}
  chmod 755 ${POLICY_FILE}
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq -o DPkg::Lock::Timeout=300
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
if command -v systemctl >/dev/null; then
  for package in "$@"; do
    case "$package" in nginx | redis-server | prometheus | haproxy) systemctl disable --quiet "$package.service" || true ;; esac
  done
fi`;

/** The command that a person would type. */
export function installCommand(packages: readonly string[]): string {
  return `sudo apt-get update && sudo apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/** Installs Debian packages, or says in one sentence what to do. */
export async function installPackages(packages: readonly string[], progress: Progress): Promise<void> {
  if (packages.length === 0) return;
  const way = await findWay(packages);
  if (way.kind === "none") throw new Error(way.sentence);
  await progress.step(`Installing ${packages.join(", ")}`, async () => {
    const { code, output } = await run([...way.prefix, "sh", "-c", INSTALL, "install-packages", ...packages]);
    if (code !== 0) throw new Error(`apt-get could not install ${packages.join(", ")}:\n${lastLines(output)}`);
  });
}

async function findWay(packages: readonly string[]): Promise<Way> {
  if (findProgram("apt-get") === undefined) {
    const wanted = packages.join(", ");
    return {
      kind: "none",
      sentence: `The demo needs what Debian calls ${wanted}, and this system has no apt-get: install them in its own way, then run the demo again.`,
    };
  }
  if (process.getuid?.() === 0) return { kind: "apt", prefix: [] };
  if (findProgram("sudo") !== undefined && (await run(["sudo", "-n", "true"])).code === 0) {
    return { kind: "apt", prefix: ["sudo", "-n"] };
  }
  return {
    kind: "none",
    sentence: `The demo lacks ${packages.join(", ")}, which only root may install: run \`${installCommand(packages)}\`, then run the demo again.`,
  };
}
