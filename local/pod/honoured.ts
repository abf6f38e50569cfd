/**
 * Which fields of a workload the demo honours. A field that is not in these tables stops the demo: nothing that a pod asks for
 * is ignored silently.
 */
type Treatment = "honoured" | "not applied" | ((value: unknown) => boolean) | { readonly [field: string]: Treatment };

/** What reading a workload's fields found. */
export interface FieldReport {
  /** Paths of fields that are known but have no effect here. */
  notApplied: string[];
  /** Paths of fields that cannot be honoured, with their values. */
  refused: string[];
}

const only =
  (...allowed: unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);

const MAP = "honoured";
const KEY_REFERENCE: Treatment = { name: "honoured", key: "honoured", optional: "honoured" };
const OBJECT_REFERENCE: Treatment = { name: "honoured", optional: "honoured" };
const ITEMS: Treatment = { key: "honoured", path: "honoured", mode: "honoured" };

const PROBE: Treatment = {
  httpGet: {
    path: "honoured",
    port: "honoured",
    scheme: only("HTTP", "HTTPS"),
    host: "honoured",
    httpHeaders: { name: "honoured", value: "honoured" },
  },
  tcpSocket: { port: "honoured", host: "honoured" },
  initialDelaySeconds: "honoured",
  periodSeconds: "honoured",
  timeoutSeconds: "honoured",
  failureThreshold: "honoured",
  successThreshold: "honoured",
};

const USER: Treatment = {
  runAsUser: "honoured",
  runAsGroup: "honoured",
  runAsNonRoot: "honoured",
  seccompProfile: "not applied",
};

const CONTAINER: Treatment = {
  name: "honoured",
  image: "honoured",
  imagePullPolicy: "not applied",
  command: "honoured",
  args: "honoured",
  workingDir: "honoured",
  env: {
    name: "honoured",
    value: "honoured",
    valueFrom: {
      secretKeyRef: KEY_REFERENCE,
      configMapKeyRef: KEY_REFERENCE,
      fieldRef: { apiVersion: "honoured", fieldPath: "honoured" },
    },
  },
  envFrom: { prefix: "honoured", secretRef: OBJECT_REFERENCE, configMapRef: OBJECT_REFERENCE },
  ports: { name: "honoured", containerPort: "honoured", protocol: only("TCP") },
  resources: "not applied",
  volumeMounts: { name: "honoured", mountPath: "honoured", subPath: "honoured", readOnly: "honoured" },
  securityContext: {
    ...USER,
    readOnlyRootFilesystem: "honoured",
    // No capability and no way to a new one is what every container gets here, so only "more" cannot be honoured.
    allowPrivilegeEscalation: only(false),
    privileged: only(false),
    capabilities: { drop: "honoured" },
  },
  startupProbe: PROBE,
  readinessProbe: PROBE,
  livenessProbe: PROBE,
  lifecycle: { preStop: { sleep: { seconds: "honoured" } }, stopSignal: "honoured" },
  terminationMessagePath: "not applied",
  terminationMessagePolicy: "not applied",
  stdin: only(false),
  tty: only(false),
};

const POD: Treatment = {
  containers: CONTAINER,
  initContainers: CONTAINER,
  volumes: {
    name: "honoured",
    secret: { secretName: "honoured", items: ITEMS, defaultMode: "honoured", optional: "honoured" },
    configMap: { name: "honoured", items: ITEMS, defaultMode: "honoured", optional: "honoured" },
    emptyDir: { medium: only("", "Memory"), sizeLimit: "honoured" },
    persistentVolumeClaim: { claimName: "honoured", readOnly: only(false) },
  },
  securityContext: {
    ...USER,
    fsGroup: "honoured",
    fsGroupChangePolicy: "not applied",
    supplementalGroups: "honoured",
  },
  // There is no API server here, hence no token to mount either way.
  automountServiceAccountToken: "not applied",
  serviceAccountName: "not applied",
  enableServiceLinks: "honoured",
  terminationGracePeriodSeconds: "honoured",
  hostname: "honoured",
  hostAliases: { ip: "honoured", hostnames: "honoured" },
  restartPolicy: only("Always"),
  dnsPolicy: only("ClusterFirst"),
  os: "not applied",
  hostNetwork: only(false),
  hostPID: only(false),
  hostIPC: only(false),
  hostUsers: "not applied",
  shareProcessNamespace: only(false),
  nodeSelector: "not applied",
  tolerations: "not applied",
  affinity: "not applied",
  topologySpreadConstraints: "not applied",
  imagePullSecrets: "not applied",
  priorityClassName: "not applied",
  runtimeClassName: "not applied",
  schedulerName: "not applied",
};

const DEPLOYMENT: Treatment = {
  replicas: only(1),
  selector: MAP,
  strategy: "not applied",
  minReadySeconds: "not applied",
  progressDeadlineSeconds: "not applied",
  revisionHistoryLimit: "not applied",
  template: { metadata: MAP, spec: POD },
};

function visit(value: unknown, treatment: Treatment, path: string, report: FieldReport): void {
  if (value === undefined || value === null || treatment === "honoured") return;
  if (treatment === "not applied") {
    report.notApplied.push(path);
  } else if (typeof treatment === "function") {
    if (!treatment(value)) report.refused.push(`${path}: ${JSON.stringify(value)}`);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => visit(item, treatment, `${path}[${itemName(item, index)}]`, report));
  } else if (typeof value !== "object") {
    report.refused.push(`${path}: ${JSON.stringify(value)}`);
  } else {
    for (const [field, inner] of Object.entries(value)) {
      const known = treatment[field];
      const innerPath = path === "" ? field : `${path}.${field}`;
      if (known === undefined) report.refused.push(innerPath);
      else visit(inner, known, innerPath, report);
    }
  }
}

function itemName(item: unknown, index: number): string {
  const name = (item as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : String(index);
}

/** Sorts the fields of a Deployment's spec into those that are honoured, not applied here, and impossible to honour. */
export function readFields(deploymentSpec: unknown): FieldReport {
  const report: FieldReport = { notApplied: [], refused: [] };
  visit(deploymentSpec, DEPLOYMENT, "", report);
  return report;
}
