import { containersOf } from "../objects/pods";
import { each, podRule } from "../rule";
import { judgePodSecurity } from "./podSecurity";

/** What the API server enforces in a namespace with the label pod-security.kubernetes.io/enforce: restricted. */
export const pod = podRule({
  id: "pod",
  control: "pod",
  title: "The pod keeps to Pod Security `restricted`",
  remediation:
    "Set securityContext { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: RuntimeDefault } } for the pod, and { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } for each container",
  level: "mandatory",
  scope: "object",
  judgePod: judgePodSecurity,
});

/** Beyond the standard. */
export const podHardening = podRule({
  id: "pod-hardening",
  control: "pod",
  title: "Read-only root file systems, no service-account token, no service links",
  remediation:
    "Set automountServiceAccountToken: false and enableServiceLinks: false for the pod (a Service called flower otherwise sets FLOWER_PORT=tcp://…, which crashes Flower), and readOnlyRootFilesystem: true for each container",
  level: "advisory",
  scope: "object",
  *judgePod({ spec }) {
    if (spec.at("automountServiceAccountToken").flag !== false)
      yield { message: "a service-account token is mounted", at: spec };
    if (spec.at("enableServiceLinks").flag !== false)
      yield { message: "Services set variables in the pod (enableServiceLinks)", at: spec };
    yield* each(containersOf(spec), function* (container) {
      if (container.at("securityContext", "readOnlyRootFilesystem").flag !== true) {
        yield { message: `the root of container ${container.at("name").text ?? ""} is writable`, at: container };
      }
    });
  },
});
