import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RUNTIME_ENDPOINT } from "./containerd";
import { isVersion2 } from "./controlGroups";
import { ADDRESSES, NODE, paths, RANGES } from "./layout";
import type { Programs } from "./programs";
import { startOnNode, type Sandbox } from "./sandbox";

/** Starts what makes a node of the machine: kubelet, kube-proxy, and what enforces NetworkPolicy. */
export function startNode(sandbox: Sandbox, programs: Programs): void {
  const { bin, folder, pki, kubelet } = paths();
  writeFileSync(join(folder, "resolv.conf"), "");
  const config = (name: string, content: object): string => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(content, null, 2));
    return `--config=${file}`;
  };
  startOnNode(sandbox, "kubelet", [
    ...[join(bin, "kubelet"), config("kubelet", kubeletConfiguration())],
    ...[`--kubeconfig=${join(pki, "kubelet.kubeconfig")}`, `--root-dir=${kubelet}`],
    ...[`--hostname-override=${NODE}`, `--node-ip=${ADDRESSES.node}`],
  ]);
  startOnNode(sandbox, "kube-proxy", [join(bin, "kube-proxy"), config("kube-proxy", proxyConfiguration())]);
  startOnNode(sandbox, "netpol", [
    ...[programs.netpol, "--kubeconfig", join(pki, "netpol.kubeconfig")],
    ...["--node", NODE, "--service-cidr", RANGES.services],
  ]);
}

/** Some of it is for machines whose root may not raise limits, and whose control groups are of version 1. */
function kubeletConfiguration(): object {
  const { folder, pki } = paths();
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    failCgroupV1: !isVersion2() ? false : undefined,
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${NODE}`,
    containerRuntimeEndpoint: RUNTIME_ENDPOINT,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(pki, "ca.crt") },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: join(pki, "kubelet-server.crt"),
    tlsPrivateKeyFile: join(pki, "kubelet-server.key"),
    clusterDomain: "cluster.local",
    clusterDNS: [ADDRESSES.dns],
    resolvConf: join(folder, "resolv.conf"),
    podLogsDir: "/var/log/pods",
    maxOpenFiles: 20000,
    oomScoreAdj: 0,
    failSwapOn: false,
    seccompDefault: true,
    // Images cannot be pulled again, and the machine's disk is not ours to judge.
    imageGCHighThresholdPercent: 100,
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
      "nodefs.inodesFree": "1%",
    },
    nodeStatusUpdateFrequency: "5s",
    syncFrequency: "10s",
  };
}

/** The machine's table of connections is not ours to size. */
function proxyConfiguration(): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clientConnection: { kubeconfig: join(paths().pki, "proxy.kubeconfig") },
    clusterCIDR: RANGES.pods,
    hostnameOverride: NODE,
    oomScoreAdj: 0,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}
