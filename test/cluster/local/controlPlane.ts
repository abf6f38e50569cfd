import { join } from "node:path";
import { ADDRESSES, paths, RANGES } from "./layout";
import type { Programs } from "./programs";
import { startOnNode, type Sandbox } from "./sandbox";

/** Starts etcd and the API server, neither of which waits for anything else. */
export function startApiServer(sandbox: Sandbox, programs: Programs): void {
  const etcd = "http://127.0.0.1:2379";
  startOnNode(sandbox, "etcd", [
    programs.etcd,
    ...["--data-dir", "/run/etcd", "--listen-client-urls", etcd, "--advertise-client-urls", etcd],
    // Nothing survives this cluster, so nothing needs to reach a disk.
    ...["--listen-peer-urls", "http://127.0.0.1:2380", "--unsafe-no-fsync", "--log-level", "warn"],
  ]);
  startOnNode(sandbox, "kube-apiserver", [join(paths().bin, "kube-apiserver"), ...apiServerFlags(etcd)]);
}

/** Starts what acts on the API server's objects. */
export function startControllers(sandbox: Sandbox): void {
  const { bin, pki } = paths();
  const flags = (user: string): string[] => [
    ...["--leader-elect=false", "--bind-address=127.0.0.1"],
    ...["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
      (flag) => `--${flag}=${join(pki, `${user}.kubeconfig`)}`,
    ),
  ];
  startOnNode(sandbox, "kube-controller-manager", [
    join(bin, "kube-controller-manager"),
    ...flags("controllers"),
    "--use-service-account-credentials",
    `--service-account-private-key-file=${join(pki, "accounts.key")}`,
    `--root-ca-file=${join(pki, "ca.crt")}`,
  ]);
  startOnNode(sandbox, "kube-scheduler", [join(bin, "kube-scheduler"), ...flags("scheduler")]);
}

/** PodSecurity and ValidatingAdmissionPolicy are on by default; so is every other admission plugin that a real cluster has. */
function apiServerFlags(etcd: string): string[] {
  const { pki } = paths();
  const file = (name: string): string => join(pki, name);
  return [
    `--etcd-servers=${etcd}`,
    ...["--secure-port=6443", `--advertise-address=${ADDRESSES.node}`, `--service-cluster-ip-range=${RANGES.services}`],
    ...["--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--anonymous-auth=false"],
    `--client-ca-file=${file("ca.crt")}`,
    ...[`--tls-cert-file=${file("apiserver.crt")}`, `--tls-private-key-file=${file("apiserver.key")}`],
    "--service-account-issuer=https://kubernetes.default.svc",
    ...[
      `--service-account-key-file=${file("accounts.pub")}`,
      `--service-account-signing-key-file=${file("accounts.key")}`,
    ],
    `--kubelet-client-certificate=${file("apiserver-kubelet.crt")}`,
    `--kubelet-client-key=${file("apiserver-kubelet.key")}`,
    `--kubelet-certificate-authority=${file("ca.crt")}`,
    // The node's name is in no DNS.
    "--kubelet-preferred-address-types=InternalIP",
    `--requestheader-client-ca-file=${file("front-proxy.crt")}`,
    ...["--requestheader-allowed-names=front-proxy", "--requestheader-username-headers=X-Remote-User"],
    ...["--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-"],
    ...["--allow-privileged=true", "--profiling=false"],
  ];
}
