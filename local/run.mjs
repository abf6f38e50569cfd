// Runs one TypeScript file of this repository, after installing the npm packages if they lack or differ from
// package-lock.json: `node local/run.mjs FILE [WORDS …]`. Plain JavaScript, since it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const repository = dirname(dirname(fileURLToPath(import.meta.url)));

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  fail(`Node ${OLDEST_NODE} or newer is needed, and this is ${process.versions.node}.`);
}
if (isLacking()) {
  process.stderr.write("Installing npm packages …\n");
  // Standard output belongs to the command: `render` prints YAML there.
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: repository,
    stdio: ["ignore", process.stderr.fd, "inherit"],
  });
  if (status !== 0) {
    fail("npm ci failed: see above.");
  }
}

const [file, ...words] = process.argv.slice(2);
process.argv = [process.execPath, join(repository, file), ...words];
const require = createRequire(join(repository, "package.json"));
require("tsx/cjs");
require(process.argv[1]);

/** Whether a package of the lock file is not installed in its version. npm keeps its own copy of what it has installed. */
function isLacking() {
  const installed = packagesOf("node_modules/.package-lock.json");
  return Object.entries(packagesOf("package-lock.json")).some(
    ([path, { version, optional, devOptional }]) =>
      path !== "" && !optional && !devOptional && installed[path]?.version !== version,
  );
}

function packagesOf(lock) {
  const path = join(repository, lock);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : {};
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
}
