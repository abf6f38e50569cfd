import { createHash } from "crypto";
import { isRecord } from "./wire";

/** Kinds of Kubernetes' own API groups that live in no namespace (kubectl api-resources --namespaced=false, 1.37). */
const CLUSTER_KINDS = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "ComponentStatus",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "DeviceClass",
  "DeviceTaintRule",
  "FlowSchema",
  "IngressClass",
  "IPAddress",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "SelfSubjectAccessReview",
  "SelfSubjectReview",
  "SelfSubjectRulesReview",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersionMigration",
  "SubjectAccessReview",
  "TokenReview",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** What the model needs to know about a Kubernetes resource. */
export interface KubernetesRequest {
  readonly name: string;
  /** Plain inputs: the object as the program wrote it. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The namespace of the provider or of the configuration, where either names one. */
  readonly defaultNamespace: string | undefined;
  /** Whether the provider only writes manifests, so that no cluster fills in a namespace. */
  readonly rendersOnly?: boolean;
  /** `namespace/name` of an object that is read, not made. */
  readonly readId?: string | undefined;
}

/** Whether a resource type is a Kubernetes object, and not a chart, a release or a file of objects. */
export function isKubernetesObject(type: string): boolean {
  return /^kubernetes:[^:]+:[^:]+$/.test(type) && !/^kubernetes:(helm\.sh|yaml|kustomize|index)[/:]/.test(type);
}

/** The outputs of a Kubernetes object: its inputs with a name and a namespace, and what the API server derives from them. */
export function kubernetesOutputs(request: KubernetesRequest): { id: string; outputs: Record<string, unknown> } {
  const { inputs, readId } = request;
  if (readId !== undefined) {
    const [name = "", namespace] = readId.split("/").reverse();
    return { id: readId, outputs: { metadata: namespace === undefined ? { name } : { name, namespace } } };
  }
  const metadata = completeMetadata(request);
  const outputs = { ...inputs, metadata, ...(inputs.kind === "Secret" ? { data: encodedData(inputs) } : {}) };
  const { name, namespace } = metadata as { name: string; namespace?: string };
  return { id: namespace === undefined ? name : `${namespace}/${name}`, outputs };
}

/** The names of a Kubernetes object's outputs that are secret. */
export function kubernetesSecretOutputs(inputs: Readonly<Record<string, unknown>>): readonly string[] {
  return inputs.kind === "Secret" ? ["data", "stringData"] : [];
}

function completeMetadata({ name, inputs, defaultNamespace, rendersOnly }: KubernetesRequest): Record<string, unknown> {
  const given = isRecord(inputs.metadata) ? inputs.metadata : {};
  const namespace = given.namespace ?? defaultNamespace ?? (rendersOnly ? undefined : fallbackNamespace(inputs));
  const placed = namespace === undefined || isClusterScoped(inputs) ? {} : { namespace };
  return { ...given, name: given.name ?? generatedName(given.generateName, name) ?? name, ...placed };
}

function generatedName(prefix: unknown, name: string): string | undefined {
  return typeof prefix === "string" ? prefix + createHash("sha256").update(name).digest("hex").slice(0, 5) : undefined;
}

function isClusterScoped(inputs: Readonly<Record<string, unknown>>): boolean {
  return isBuiltIn(inputs.apiVersion) && CLUSTER_KINDS.has(String(inputs.kind));
}

// Whether a custom resource lives in a namespace is known to the cluster only, so none is made up for it.
function fallbackNamespace(inputs: Readonly<Record<string, unknown>>): string | undefined {
  return isBuiltIn(inputs.apiVersion) ? "default" : undefined;
}

function isBuiltIn(apiVersion: unknown): boolean {
  const group = String(apiVersion).split("/").slice(0, -1).join("/");
  return !group.includes(".") || group.endsWith(".k8s.io");
}

function encodedData(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const data = isRecord(inputs.data) ? inputs.data : {};
  const texts = isRecord(inputs.stringData) ? Object.entries(inputs.stringData) : [];
  return {
    ...data,
    ...Object.fromEntries(texts.map(([key, text]) => [key, Buffer.from(String(text)).toString("base64")])),
  };
}
