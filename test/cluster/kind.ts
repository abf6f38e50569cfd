import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "../../local/install";
import type { Choice } from "./choice";
import { succeed } from "./local/command";
import { OFFICIAL } from "./target";

const NAME = "secure-flower-test";
const FLOWER = "cluster.test/flower:1";
const TRAEFIK = "docker.io/library/traefik:v3.7.13";
const TRAEFIK_RESOURCES =
  "https://raw.githubusercontent.com/traefik/traefik/v3.7.13/docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml";
const REPOSITORY = join(__dirname, "..", "..");

/**
 * A cluster by kind (0.24 or newer, whose network enforces NetworkPolicy) and Docker on Linux, with the official images and Flower's own
 * Dockerfile. Where there is a registry only: it has not been run where this was written.
 */
export async function startKind(progress: Progress): Promise<Choice> {
  const folder = mkdtempSync(join(tmpdir(), "secure-flower-kind-"));
  const kubeconfig = join(folder, "kubeconfig");
  const release = async (): Promise<void> => {
    await succeed(["kind", "delete", "cluster", "--name", NAME, "--kubeconfig", kubeconfig]);
    rmSync(folder, { recursive: true, force: true });
  };
  await progress.step("Creating a cluster by kind", () =>
    succeed(["kind", "create", "cluster", "--name", NAME, "--kubeconfig", kubeconfig, "--wait", "180s"]),
  );
  try {
    await progress.step("Building Flower's image", buildFlower);
    const address = await nodeAddress();
    await progress.step("Starting Traefik", () => startTraefik(kubeconfig, address));
    // The tests come from the gateway of Docker's network.
    const ranges = { viewer: ["172.16.0.0/12"], admin: ["172.16.0.0/12"] };
    const images = { ...OFFICIAL, flower: FLOWER };
    return {
      target: { title: "a cluster by kind", images, address, ranges },
      enter: [],
      env: { KUBECONFIG: kubeconfig },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function buildFlower(): Promise<void> {
  await succeed(["docker", "build", "--quiet", "--tag", FLOWER, join(REPOSITORY, "image")]);
  await succeed(["kind", "load", "docker-image", FLOWER, "--name", NAME]);
}

async function nodeAddress(): Promise<string> {
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  return (await succeed(["docker", "inspect", "--format", format, `${NAME}-control-plane`])).trim();
}

/** The local cluster's manifest, with the official image, on the node's own address. */
async function startTraefik(kubeconfig: string, address: string): Promise<void> {
  const kubectl = ["kubectl", "--kubeconfig", kubeconfig];
  const manifest = readFileSync(join(__dirname, "local", "manifests", "traefik.yaml"), "utf8")
    .replace(/image: cluster\.test\/traefik.*/, `image: ${TRAEFIK}`)
    .replace("imagePullPolicy: Never", "imagePullPolicy: IfNotPresent");
  await succeed([...kubectl, "apply", "--server-side", "--filename", TRAEFIK_RESOURCES]);
  await succeed([
    "sh",
    "-c",
    `printf %s "$1" | kubectl --kubeconfig "$2" apply --server-side -f -`,
    "apply",
    manifest,
    kubeconfig,
  ]);
  const patch = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: address, ipMode: "VIP" }] } } });
  const service = ["--namespace=traefik", "patch", "service/traefik", "--subresource=status", "--type=merge"];
  await succeed([...kubectl, ...service, "--patch", patch]);
  await succeed([...kubectl, "--namespace=traefik", "rollout", "status", "deployment/traefik", "--timeout=180s"]);
}
