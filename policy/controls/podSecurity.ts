import { APPARMOR_PREFIX } from "../../components/build/names";
import type { Part } from "../objects/part";
import { containersOf, type PodTemplate } from "../objects/pods";
import { each, type Violation } from "../rule";

/**
 * Every check of Pod Security's `restricted`, those of `baseline` among them.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function* judgePodSecurity({ metadata, spec }: PodTemplate): Iterable<Violation> {
  const isWindows = spec.at("os", "name").text === "windows";
  yield* judgeProfiles(metadata.at("annotations"));
  if (!isWindows) yield* judgePodSeccomp(spec);
  yield* judgeHost(spec);
  yield* judgeVolumes(spec);
  yield* judgeContext(spec.at("securityContext"), "the pod");
  yield* each(containersOf(spec), (container) => judgeContainer(container, spec, isWindows));
}

function* judgeProfiles(annotations: Part): Iterable<Violation> {
  yield* each(annotations.members, function* ([name, value]) {
    if (name.startsWith(APPARMOR_PREFIX) && !/^(runtime\/default|localhost\/.*|)$/.test(value.text ?? ""))
      yield {
        message: `container ${name.slice(APPARMOR_PREFIX.length)} has no AppArmor profile (${value.text})`,
        at: value,
      };
  });
}

const SECCOMP = ["RuntimeDefault", "Localhost"];

/** The pod's own profile has to be a good one even where each container has another. */
function* judgePodSeccomp(spec: Part): Iterable<Violation> {
  const profile = spec.at("securityContext", "seccompProfile", "type");
  if (profile.text !== undefined && !SECCOMP.includes(profile.text))
    yield { message: `the pod has no seccomp profile (${profile.text})`, at: profile };
}

function* judgeHost(spec: Part): Iterable<Violation> {
  for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
    if (spec.at(key).flag) yield { message: `${key} must not be true`, at: spec.at(key) };
  }
}

const VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

function* judgeVolumes(spec: Part): Iterable<Violation> {
  yield* each(spec.at("volumes").items, function* (volume) {
    const kind = volume.members.map(([key]) => key).find((key) => key !== "name" && !VOLUMES.includes(key));
    if (kind !== undefined) yield { message: `a volume of the kind ${kind} is not allowed`, at: volume };
  });
}

const SYSCTLS = [
  ...[
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
  ],
  ...[
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
  ],
  ...["net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"],
];
const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** What a pod's securityContext and a container's have in common. */
function* judgeContext(context: Part, whose: string): Iterable<Violation> {
  const linux = context.at("seLinuxOptions");
  if (!SELINUX_TYPES.includes(linux.at("type").text ?? ""))
    yield { message: `${whose} has an SELinux type of its own`, at: linux };
  if (linux.at("user").text || linux.at("role").text)
    yield { message: `${whose} has an SELinux user or role`, at: linux };
  if (context.at("windowsOptions", "hostProcess").flag)
    yield { message: `${whose} is a Windows HostProcess`, at: context.at("windowsOptions") };
  if (context.at("appArmorProfile", "type").text === "Unconfined") {
    yield { message: `${whose} has no AppArmor profile (Unconfined)`, at: context.at("appArmorProfile") };
  }
  yield* each(context.at("sysctls").items, function* (sysctl) {
    if (!SYSCTLS.includes(sysctl.at("name").text ?? ""))
      yield { message: `${whose} sets an unsafe sysctl`, at: sysctl };
  });
}

function* judgeContainer(container: Part, spec: Part, isWindows: boolean): Iterable<Violation> {
  const name = container.at("name").text ?? "";
  const own = container.at("securityContext");
  if (own.at("privileged").flag) yield { message: `container ${name} is privileged`, at: own.at("privileged") };
  if (own.at("procMount").exists && own.at("procMount").text !== "Default")
    yield { message: `container ${name} has a procMount`, at: own };
  yield* judgeContext(own, `container ${name}`);
  yield* judgeUser(container, spec, name);
  yield* each(container.at("ports").items, function* (port) {
    if (port.at("hostPort").number) yield { message: `container ${name} has a hostPort`, at: port.at("hostPort") };
  });
  yield* judgeProbeHosts(container, name);
  if (!isWindows) yield* judgeLinux(container, spec, name);
}

function* judgeUser(container: Part, spec: Part, name: string): Iterable<Violation> {
  const own = container.at("securityContext");
  const inherited = spec.at("securityContext");
  if ((own.at("runAsNonRoot").flag ?? inherited.at("runAsNonRoot").flag) !== true) {
    yield { message: `container ${name} may run as root (runAsNonRoot is not true)`, at: own };
  }
  if ((own.at("runAsUser").number ?? inherited.at("runAsUser").number) === 0) {
    yield { message: `container ${name} runs as root (runAsUser is 0)`, at: own };
  }
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline, "Host Probes / Lifecycle Hooks" */
function* judgeProbeHosts(container: Part, name: string): Iterable<Violation> {
  const actions = [
    ...["startupProbe", "readinessProbe", "livenessProbe"].map((key) => container.at(key)),
    ...["postStart", "preStop"].map((key) => container.at("lifecycle", key)),
  ];
  yield* each(actions, function* (action) {
    for (const kind of ["httpGet", "tcpSocket"]) {
      const host = action.at(kind, "host");
      if (host.text) yield { message: `a probe or hook of container ${name} names a host`, at: host };
    }
  });
}

function* judgeLinux(container: Part, spec: Part, name: string): Iterable<Violation> {
  const own = container.at("securityContext");
  if (own.at("allowPrivilegeEscalation").flag !== false) {
    yield { message: `container ${name} may gain privileges (allowPrivilegeEscalation is not false)`, at: own };
  }
  const profile = own.at("seccompProfile", "type").text ?? spec.at("securityContext", "seccompProfile", "type").text;
  if (profile === undefined || !SECCOMP.includes(profile)) {
    yield { message: `container ${name} has no seccomp profile (RuntimeDefault)`, at: own };
  }
  const capabilities = own.at("capabilities");
  if (!capabilities.at("drop").texts.includes("ALL"))
    yield { message: `container ${name} does not drop ALL capabilities`, at: own };
  if (capabilities.at("add").texts.some((each) => each !== "NET_BIND_SERVICE")) {
    yield { message: `container ${name} adds capabilities`, at: capabilities.at("add") };
  }
}
