import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeed, until } from "./command";
import { IMAGES } from "./images";
import { NODE, paths, RANGES } from "./layout";
import { inside, startOnNode, type Sandbox } from "./sandbox";

const SOCKET = "/run/containerd/containerd.sock";

/** Where the kubelet finds containerd. */
export const RUNTIME_ENDPOINT = `unix://${SOCKET}`;

/** Starts containerd; everything that it keeps is in the namespace's own memory. */
export function startContainerd(sandbox: Sandbox): void {
  const { folder, cni } = paths();
  const file = join(folder, "containerd.toml");
  writeFileSync(file, configuration(cni));
  writeFileSync(join(cni, "10-bridge.conflist"), JSON.stringify(network(), null, 2));
  startOnNode(sandbox, "containerd", ["containerd", "--config", file]);
}

/** Gives containerd the images, since there is no registry to pull them from. */
export async function importImages(sandbox: Sandbox, archive: string): Promise<void> {
  await until("containerd's socket", 30, async () => {
    try {
      await succeed([...inside(sandbox), "ctr", "--address", SOCKET, "version"]);
      return true;
    } catch {
      return false;
    }
  });
  await succeed([...inside(sandbox), "ctr", "--address", SOCKET, "--namespace", "k8s.io", "images", "import", archive]);
}

/** In the form of containerd 1.6 and 1.7, which 2.x reads too. Root without CAP_SYS_RESOURCE may not lower an OOM score. */
function configuration(cni: string): string {
  return `version = 2
root = "/run/containerd-root"
state = "/run/containerd"
[grpc]
  address = "${SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${IMAGES.pause}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cni}"
`;
}

/** Pods on one bridge. Addresses are never translated on the way out: policies and servers see the pod's own. */
function network(): object {
  return {
    cniVersion: "1.0.0",
    name: NODE,
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        hairpinMode: true,
        ipMasq: false,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: RANGES.pods }]],
          routes: [{ dst: "0.0.0.0/0" }],
          dataDir: "/run/cni-ipam",
        },
      },
      { type: "portmap", capabilities: { portMappings: true }, snat: true },
    ],
  };
}
