import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { silent } from "../../../local/install/progress";
import { cacheFolder, pythonEnvironment } from "../../../local/install/python";

const REPOSITORY = join(__dirname, "..", "..", "..");

/** The last Flower before read-only mode: it starts with all of our settings, and ignores that one. */
const OLD_FLOWER = "flower==2.0.1 --hash=sha256:9db2c621eeefbc844c8dd88be64aef61e84e2deb29b271e02ab2b5b9f01068e2\n";

/** A virtual environment with what image/requirements.txt pins: the demo's, or one that was named. */
export async function imageVenv(): Promise<string> {
  const named = process.env.SECURE_FLOWER_VENV;
  if (named !== undefined) return named;
  return (await pythonEnvironment(join(REPOSITORY, "image", "requirements.txt"), silent)).path;
}

/** Where a virtual environment keeps its packages. */
export function packagesOf(venv: string): string {
  const name = readdirSync(join(venv, "lib")).find((entry) => entry.startsWith("python3"));
  return join(venv, "lib", name!, "site-packages");
}

/** The real old Flower, from PyPI, with hash; kept in the cache. */
export function oldFlowerPackages(venv: string): string {
  const folder = join(cacheFolder(), "flower-2.0.1");
  if (!existsSync(folder)) {
    mkdirSync(cacheFolder(), { recursive: true });
    const draft = mkdtempSync(`${folder}-`);
    const requirements = join(draft, "requirements.txt");
    writeFileSync(requirements, OLD_FLOWER);
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--target", draft];
    execFileSync(join(venv, "bin", "python"), ["-m", "pip", "install", ...options, "-r", requirements]);
    renameSync(draft, folder);
  }
  return folder;
}

/** How a variant of the image differs from the real one. */
export interface Variant {
  /** Packages that it lacks. */
  without?: readonly string[];
  /** Takes Flower from this folder of packages. */
  flowerFrom?: string;
  /** Changes Flower's own files. */
  flower?: (folder: string) => void;
}

/** Makes a virtual environment that shares the real one's packages, but for the differences. */
export function variantVenv(venv: string, path: string, { without = [], flowerFrom, flower }: Variant): string {
  execFileSync(join(venv, "bin", "python"), ["-m", "venv", "--without-pip", path]);
  const [real, packages] = [packagesOf(venv), packagesOf(path)];
  for (const entry of readdirSync(real).filter((name) => ![...without, "flower"].includes(name))) {
    symlinkSync(join(real, entry), join(packages, entry));
  }
  if (!without.includes("flower")) {
    cpSync(join(flowerFrom ?? real, "flower"), join(packages, "flower"), { recursive: true });
    rmSync(join(packages, "flower", "__pycache__"), { recursive: true, force: true });
    flower?.(join(packages, "flower"));
  }
  return path;
}

/** Replaces a piece of one of Flower's files, which must be there. */
export function patch(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
  writeFileSync(file, text.replace(from, to));
}
