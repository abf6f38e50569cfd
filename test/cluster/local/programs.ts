import { cpSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Progress } from "../../../local/install";
import { cached, contentOf } from "./cache";
import { succeed, succeedInBackground } from "./command";

/** Programs of the cluster, by name: the full path of each. */
export type Programs = Readonly<Record<ClusterProgram, string>>;

const TRAEFIK = "github.com/traefik/traefik/v3";
const PULUMI = "github.com/pulumi/pulumi";

/** What is built from Go modules, in this order: what the node needs first comes first. */
const PROGRAMS = {
  init: { linker: "" },
  kube: {
    // Without it the API server says that it is v0.0.0-master.
    linker: "-X k8s.io/component-base/version.gitVersion=v1.37.2 -X k8s.io/client-go/pkg/version.gitVersion=v1.37.2",
  },
  etcd: { linker: "" },
  coredns: { linker: "" },
  netpol: { linker: "" },
  traefik: { linker: `-X ${TRAEFIK}/pkg/version.Version=v3.7.13`, main: `${TRAEFIK}/cmd/traefik` },
  // Not the cluster's: what brings the component there.
  pulumi: { linker: `-X ${PULUMI}/sdk/v3/go/common/version.Version=v3.255.0`, main: `${PULUMI}/pkg/v3/cmd/pulumi` },
} as const satisfies Record<string, { linker: string; main?: string }>;

type ProgramName = keyof typeof PROGRAMS;
type ClusterProgram = Exclude<ProgramName, "pulumi">;

const SOURCES = join(__dirname, "programs");
const TRAEFIK_RESOURCES = "docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml";
const LEGO = "github.com/go-acme/lego/v5@v5.4.1";
/** Static, so that a container needs nothing else; no debugging data, which would cost a tenth of the time. */
const FLAGS = ["-trimpath", "-buildvcs=false", "-gcflags=all=-dwarf=false"];
/** Go's own installer puts it there, and leaves it to the user to add the folder to PATH. */
const PATH = [process.env.PATH ?? "", "/usr/local/go/bin"].join(delimiter);
const ENVIRONMENT = { CGO_ENABLED: "0", GOWORK: "off", GOTOOLCHAIN: "local", PATH };

/** Builds what the cluster is made of and has not been built from the same sources by the same Go. */
export async function buildPrograms(progress: Progress): Promise<Programs> {
  const goVersion = await findGo();
  const paths: Record<string, string> = {};
  for (const name of Object.keys(PROGRAMS) as ProgramName[])
    if (name !== "pulumi") paths[name] = await buildProgram(name, goVersion, progress);
  return paths as Programs;
}

/** Builds the Pulumi engine, likewise, and returns the path of its command. */
export async function buildPulumi(progress: Progress): Promise<string> {
  return buildProgram("pulumi", await findGo(), progress);
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
  const program: Program = PROGRAMS[name];
  const sources = join(SOURCES, name);
  const folder = await cached(
    {
      name,
      title: `Building ${name} from its Go module`,
      inputs: [goVersion, FLAGS.join(" "), program.linker, ...contentOf(sources)],
      make: (empty) =>
        name === "traefik" ? makeTraefik(sources, empty, program) : make(sources, empty, name, program),
    },
    progress,
  );
  return join(folder, name);
}

interface Program {
  readonly linker: string;
  /** A main package of another module; by default the one beside go.mod. */
  readonly main?: string;
}

async function make(sources: string, folder: string, name: string, { linker, main = "." }: Program): Promise<void> {
  const flags = [...FLAGS, `-ldflags=-s -w ${linker}`, "-o", join(folder, name)];
  await succeedInBackground(["env", "-C", sources, "go", "build", ...flags, main], ENVIRONMENT);
}

/**
 * Traefik's own main package, in a copy of our module to which lego is added: all of it but its DNS providers, whose place our
 * stand-in takes.
 */
async function makeTraefik(sources: string, folder: string, program: Program): Promise<void> {
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
  await make(copy, folder, "traefik", program);
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
