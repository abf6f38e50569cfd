import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import type { Model } from "../model";
import { flowerContainer, nginxContainer, prepareContainer } from "./containers";
import type { SecretKey } from "./flower";
import { rollOut } from "./history";
import { generationLabels, podLabels } from "./labels";
import { volumes } from "./volumes";

type PodSpec = types.input.core.v1.PodSpec;

/** Names of the objects that the pod refers to. A changed Secret or ConfigMap has a new name, which rolls the pod. */
export interface PodReferences {
  readonly authority: string;
  readonly nginxConfig: string;
  readonly scripts: string;
  readonly serverTls: string;
  /** Absent with an identity provider. */
  readonly viewerUsers: string | undefined;
  readonly adminUsers: string | undefined;
  /** Client secret of the identity provider, if there is one. */
  readonly clientSecret: SecretKey | undefined;
  readonly cookies: string;
  readonly brokerUrl: SecretKey;
  readonly managementApiUrl: SecretKey | undefined;
  readonly historyClaim: string | undefined;
}

/** The unprivileged user and group of Flower, and the group that owns what both images read. */
export const FLOWER_UID = 1000;

/** The Deployment: one replica, since each Flower keeps its own events and two would show two halves of them. */
export function deploymentSpec(
  model: Model,
  references: PodReferences,
  configuration: readonly string[],
): types.input.apps.v1.DeploymentSpec {
  const generation = generationLabels(model.name, references.authority);
  return {
    replicas: 1,
    revisionHistoryLimit: 3,
    // A pod that cannot start fails `pulumi up` in bounded time: the slowest start is 90 s (startup probe) after the images.
    progressDeadlineSeconds: 300,
    strategy: rollOut(model),
    selector: { matchLabels: generation },
    template: {
      metadata: { labels: { ...podLabels(model), ...generation }, annotations: podAnnotations(model, configuration) },
      spec: podSpec(model, references),
    },
  };
}

/** Rolls the pod where names do not: when objects are mutable or applied as plain YAML. Holds nothing that is made from a secret. */
function podAnnotations({ pod, rotation }: Model, configuration: readonly string[]): Record<string, string> {
  return {
    ...pod.annotations,
    "secure-flower/rotation": rotation,
    "secure-flower/configuration": createHash("sha256").update(configuration.join("\0")).digest("hex").slice(0, 16),
  };
}

function podSpec(model: Model, references: PodReferences): PodSpec {
  const { pod } = model;
  return {
    // Flower never calls the Kubernetes API, and a Service called `flower` would make FLOWER_PORT=tcp://…, which crashes it.
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: 40,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: FLOWER_UID,
      runAsGroup: FLOWER_UID,
      fsGroup: FLOWER_UID,
      seccompProfile: { type: "RuntimeDefault" },
    },
    initContainers: [prepareContainer(model)],
    containers: [
      flowerContainer(model, model.viewer, references),
      ...(model.admin ? [flowerContainer(model, model.admin, references)] : []),
      nginxContainer(model),
    ],
    volumes: volumes(model, references),
    nodeSelector: pod.nodeSelector && { ...pod.nodeSelector },
    tolerations: pod.tolerations.length === 0 ? undefined : [...pod.tolerations],
    affinity: pod.affinity,
    imagePullSecrets: pod.imagePullSecrets.length === 0 ? undefined : pod.imagePullSecrets.map((name) => ({ name })),
    priorityClassName: pod.priorityClassName,
    runtimeClassName: pod.runtimeClassName,
  };
}
