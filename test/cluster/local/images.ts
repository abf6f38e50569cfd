import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Progress } from "../../../local/install";
import { Archive, type ImageConfig, type Layer } from "./archive";
import { cached } from "./cache";
import { succeed, succeedInBackground } from "./command";
import type { Programs } from "./programs";

/** Names of the images. No registry is asked for them: they are all there, and the tag is not `latest`. */
export const IMAGES = {
  flower: "cluster.test/flower:1",
  oldFlower: "cluster.test/flower-old:1",
  nginx: "cluster.test/nginx:1",
  redis: "cluster.test/redis:1",
  coredns: "cluster.test/coredns:1",
  traefik: "cluster.test/traefik:1",
  pause: "cluster.test/pause:1",
} as const;

const REQUIREMENTS = join(__dirname, "..", "..", "..", "image", "requirements.txt");
/** One root file system for all that is not a single program: its layer is unpacked once. */
const PACKAGES = ["nginx", "redis-server", "python3", "ca-certificates"];
const SLIM = ["man", "doc", "locale", "info"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
const PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** The newest Flower that silently ignores its read-only setting. */
const OLD_FLOWER = "flower==2.0.1";
/** Parts of the keys: to be changed with the recipes below. */
const BASE_RECIPE = "1";
const RECIPE = "2";

/** The archive with every image, made anew when a program, the requirements, or the distribution has changed. */
export async function buildImages(programs: Programs, progress: Progress): Promise<string> {
  const release = readFileSync("/etc/os-release", "utf8");
  const base = await cached(
    {
      name: "debian",
      title: "Making the images' root file system",
      inputs: [BASE_RECIPE, release, ...PACKAGES],
      make: (folder) => makeBase(join(folder, "base.tar"), release),
    },
    progress,
  );
  const folder = await cached(
    {
      name: "images",
      title: "Making the images",
      inputs: [RECIPE, base, OLD_FLOWER, readFileSync(REQUIREMENTS), programs.init, programs.coredns, programs.traefik],
      make: (empty) => makeImages(empty, join(base, "base.tar"), programs),
    },
    progress,
  );
  return join(folder, "images.tar");
}

/** The machine's own distribution, so that its Python is the one for which pip chooses packages below. */
async function makeBase(file: string, release: string): Promise<void> {
  const [, codename = ""] = /^VERSION_CODENAME=(\w+)/m.exec(release) ?? [];
  const options = ["--mode=root", "--variant=minbase", ...SLIM, '--aptopt=APT::Install-Recommends "false"'];
  const argv = ["mmdebstrap", "--quiet", ...options, `--include=${PACKAGES.join(",")}`, codename, file];
  await succeedInBackground([...argv, ...packageSources(codename)]);
}

/** The files under /etc/apt that name this machine's sources of its distribution. */
function packageSources(codename: string): string[] {
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const isSource = (file: string): boolean =>
    /\.(list|sources)$/.test(file) &&
    existsSync(file) &&
    new RegExp(`^[^#]*\\b${codename}\\b.*$`, "m").test(readFileSync(file, "utf8"));
  const found = ["/etc/apt/sources.list", ...files].filter(isSource);
  if (found.length === 0) throw new Error(`Nothing under /etc/apt says where packages of ${codename} come from.`);
  return found;
}

async function makeImages(folder: string, base: string, programs: Programs): Promise<void> {
  const archive = new Archive(join(folder, "layout"));
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const copy = join(scratch, "base.tar");
  copyFileSync(base, copy);
  const debian = await archive.layer(copy);
  const [flower, oldFlower] = await flowerLayers(archive, scratch);
  const add = (name: keyof typeof IMAGES, layers: Layer[], config: ImageConfig): void =>
    archive.add({ name: IMAGES[name], layers, config: { Env: [PATH], ...config } });
  add("flower", [debian, flower], { User: "1000:1000", Cmd: ["celery", "flower", "--address=127.0.0.1"] });
  add("oldFlower", [debian, flower, oldFlower], { User: "1000:1000", Cmd: ["celery", "flower"] });
  add("nginx", [debian], { User: "101:101", Cmd: ["nginx", "-g", "daemon off;"], StopSignal: "SIGQUIT" });
  add("redis", [debian], { User: "999:999", Cmd: ["redis-server", "--save", "", "--appendonly", "no"] });
  for (const name of ["coredns", "traefik"] as const) {
    const layer = await programLayer(archive, scratch, programs[name]);
    add(name, [layer], { User: "65532:65532", Entrypoint: [`/${name}`] });
  }
  add("pause", [await programLayer(archive, scratch, programs.init)], { User: "65535:65535", Entrypoint: ["/init"] });
  await archive.finish(join(folder, "images.tar"));
  rmSync(scratch, { recursive: true });
}

/**
 * What image/Dockerfile installs, from the same requirements, where Debian's Python looks for what is not Debian's; and a layer that puts
 * an old Flower in its place.
 */
async function flowerLayers(archive: Archive, scratch: string): Promise<[Layer, Layer]> {
  const python = "/usr/bin/python3";
  const version = (await succeed([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])).trim();
  const venv = join(scratch, "venv");
  await succeedInBackground([python, "-m", "venv", venv]);
  const install = async (name: string, words: readonly string[]): Promise<string> => {
    const target = join(scratch, name, "usr", "local", "lib", `python${version}`, "dist-packages");
    const quietly = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary=:all:", "--target", target];
    await succeedInBackground([join(venv, "bin", "python"), "-m", "pip", "install", ...quietly, ...words]);
    return target;
  };
  await install("flower", ["--require-hashes", "--requirement", REQUIREMENTS]);
  const old = await install("old", ["--no-deps", OLD_FLOWER]);
  // An opaque whiteout: nothing of the newer Flower's folder shows through. https://github.com/opencontainers/image-spec/blob/main/layer.md
  writeFileSync(join(old, "flower", ".wh..wh..opq"), "");
  return [
    await archive.layer(await pack(scratch, join(scratch, "flower"))),
    await archive.layer(await pack(scratch, join(scratch, "old"))),
  ];
}

async function programLayer(archive: Archive, scratch: string, program: string): Promise<Layer> {
  const root = join(scratch, "program");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root);
  const file = join(root, program.slice(program.lastIndexOf("/") + 1));
  copyFileSync(program, file);
  chmodSync(file, 0o755);
  return archive.layer(await pack(scratch, root));
}

async function pack(scratch: string, root: string): Promise<string> {
  const file = join(scratch, "layer.tar");
  await succeedInBackground(["tar", "-cf", file, "--owner=0", "--group=0", "--numeric-owner", "-C", root, "."]);
  return file;
}
