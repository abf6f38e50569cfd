import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../../../local/install";
import { cached, contentOf } from "./cache";
import { succeed, succeedInBackground } from "./command";

/** Programs of the cluster, by name: the full path of each. */
export type Programs = Readonly<Record<ProgramName, string>>;

/** What is built from Go modules, in this order: what the node needs first comes first. */
export const PROGRAMS = {
  init: { module: "init", linker: "" },
  kube: {
    module: "kube",
    // Without it the API server says that it is v0.0.0-master.
    linker: "-X k8s.io/component-base/version.gitVersion=v1.37.2 -X k8s.io/client-go/pkg/version.gitVersion=v1.37.2",
  },
  etcd: { module: "etcd", linker: "" },
  coredns: { module: "coredns", linker: "" },
  netpol: { module: "netpol", linker: "" },
  traefik: { module: "traefik", linker: "-X github.com/traefik/traefik/v3/pkg/version.Version=v3.7.13" },
} as const;

type ProgramName = keyof typeof PROGRAMS;

const SOURCES = join(__dirname, "programs");
const TRAEFIK = "github.com/traefik/traefik/v3";
const TRAEFIK_RESOURCES = "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml";
const LEGO = "github.com/go-acme/lego/v5@v5.4.1";
/** Static, so that a container needs nothing else; no debugging data, which would cost a tenth of the time. */
const FLAGS = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];
const ENVIRONMENT = { CGO_ENABLED: "0", GOWORK: "off", GOTOOLCHAIN: "local" };

/** Builds what has not been built from the same sources by the same Go. */
export async function buildPrograms(progress: Progress): Promise<Programs> {
  const goVersion = await findGo();
  const paths: Record<string, string> = {};
  for (const name of Object.keys(PROGRAMS) as ProgramName[])
    paths[name] = await buildProgram(name, goVersion, progress);
  return paths as Programs;
}

/** File with the definitions of Traefik's own kinds, of the version that was built. */
export function traefikResources(programs: Programs): string {
  return join(programs.traefik, "..", "resources.yaml");
}

async function findGo(): Promise<string> {
  try {
    return await succeed(["go", "env", "GOVERSION", "GOOS", "GOARCH"], ENVIRONMENT);
  } catch {
    throw new Error(
      "The local cluster is built with Go 1.26 or newer, which is not here: install it from https://go.dev/dl, or set KUBECONFIG.",
    );
  }
}

async function buildProgram(name: ProgramName, goVersion: string, progress: Progress): Promise<string> {
  const { module, linker } = PROGRAMS[name];
  const sources = join(SOURCES, module);
  const folder = await cached(
    {
      name,
      title: `Building ${name} from its Go module`,
      inputs: [goVersion, FLAGS.join(" "), linker, ...contentOf(sources)],
      make: (empty) => (name === "traefik" ? makeTraefik(sources, empty, linker) : make(sources, empty, name, linker)),
    },
    progress,
  );
  return join(folder, name);
}

async function make(sources: string, folder: string, name: string, linker: string, main = "."): Promise<void> {
  const argv = [
    "env",
    "-C",
    sources,
    "go",
    "build",
    ...FLAGS,
    `-ldflags=-s -w ${linker}`,
    "-o",
    join(folder, name),
    main,
  ];
  await succeedInBackground(argv, ENVIRONMENT);
}

/**
 * Traefik's own main package, in a copy of our module to which lego is added: all of it but its DNS providers, whose place our
 * stand-in takes.
 */
async function makeTraefik(sources: string, folder: string, linker: string): Promise<void> {
  const copy = join(folder, "module");
  cpSync(sources, copy, { recursive: true });
  const { Dir: lego } = JSON.parse(
    await succeed(["env", "-C", "/", "go", "mod", "download", "-json", LEGO], ENVIRONMENT),
  ) as { Dir: string };
  const unwanted = ["providers/dns", "cmd", "e2e", "main.go"].map((path) => join(lego, path));
  const target = join(copy, "lego");
  const standIn = join(target, "providers", "dns");
  cpSync(lego, target, { recursive: true, filter: (path) => !unwanted.includes(path) });
  await succeed(["chmod", "-R", "u+w", target]);
  mkdirSync(standIn, { recursive: true });
  cpSync(join(sources, "lego", "dns.go"), join(standIn, "dns.go"));
  rmSync(join(target, "dns.go"));
  await make(copy, folder, "traefik", linker, `${TRAEFIK}/cmd/traefik`);
  const traefik = (
    await succeed(["env", "-C", copy, "go", "list", "-m", "-f", "{{.Dir}}", TRAEFIK], ENVIRONMENT)
  ).trim();
  cpSync(join(traefik, TRAEFIK_RESOURCES), join(folder, "resources.yaml"));
  rmSync(copy, { recursive: true });
}

/** Names of the components that the one Kubernetes program can act as. */
export const COMPONENTS = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubectl",
] as const;
/** One of `COMPONENTS`. */
export type Component = (typeof COMPONENTS)[number];
