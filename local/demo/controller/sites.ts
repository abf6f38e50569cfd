import { contentOf, findObject, namespaceOf, objectsOfKind, type KubernetesObject } from "../../pod";

/** A certificate with its key, and the authority where there is one. */
export interface Certificate {
  certificate: Buffer;
  key: Buffer;
  authority: Buffer | undefined;
}

/** How the controller speaks TLS to a pod. */
export interface BackendTls {
  /** What it shows the pod. */
  client: Certificate | undefined;
  /** Whether it verifies the pod's certificate, and against which name. */
  verify: boolean;
  verifyDepth: number;
  name: string | undefined;
  sendName: boolean;
  protocols: string | undefined;
}

/** One path of one host, with everything that the controller must know to serve it. */
export interface Site {
  host: string;
  path: string;
  exact: boolean;
  backend: { address: string; port: number; tls: BackendTls | undefined };
  certificate: Certificate;
}

interface IngressSpec {
  tls?: { hosts?: string[]; secretName?: string }[];
  rules?: { host?: string; http?: { paths: IngressPath[] } }[];
}

interface IngressPath {
  path?: string;
  pathType: string;
  backend: { service?: { name: string; port: { number?: number; name?: string } } };
}

interface ServiceSpec {
  selector?: Record<string, string>;
  ports: { name?: string; port: number; targetPort?: number | string }[];
}

/** The pod behind the Services. */
export interface Endpoint {
  address: string;
  labels: Record<string, string>;
  /** Its containers' ports by name. */
  ports: Record<string, number>;
}

const PREFIX = "nginx.ingress.kubernetes.io";

/** Reads what ingress-nginx would serve from the rendered objects. */
export function readSites(objects: readonly KubernetesObject[], pod: Endpoint): Site[] {
  return objectsOfKind(objects, "Ingress").flatMap((ingress) => {
    const spec = ingress.spec as IngressSpec;
    return (spec.rules ?? []).flatMap((rule) =>
      (rule.http?.paths ?? []).map((path): Site => {
        const host = rule.host ?? "";
        return {
          host,
          path: path.path ?? "/",
          exact: path.pathType === "Exact",
          backend: { ...resolveService(path, ingress, objects, pod), tls: readBackendTls(ingress, objects) },
          certificate: certificateFor(host, spec, ingress, objects),
        };
      }),
    );
  });
}

function certificateFor(
  host: string,
  spec: IngressSpec,
  ingress: KubernetesObject,
  objects: readonly KubernetesObject[],
): Certificate {
  const entry = (spec.tls ?? []).find((tls) => tls.hosts?.includes(host));
  if (entry?.secretName === undefined) throw new Error(`The Ingress has no TLS Secret for its host "${host}".`);
  return readCertificate(namespaceOf(ingress), entry.secretName, objects);
}

function readCertificate(namespace: string, name: string, objects: readonly KubernetesObject[]): Certificate {
  const content = contentOf(objects, "Secret", namespace, name);
  const certificate = content?.get("tls.crt");
  const key = content?.get("tls.key");
  if (certificate === undefined || key === undefined) {
    throw new Error(
      `The Ingress needs the TLS Secret "${namespace}/${name}": not found, or without tls.crt and tls.key.`,
    );
  }
  return { certificate, key, authority: content?.get("ca.crt") };
}

function resolveService(
  path: IngressPath,
  ingress: KubernetesObject,
  objects: readonly KubernetesObject[],
  pod: Endpoint,
): { address: string; port: number } {
  const { service } = path.backend;
  const object = findObject(objects, "Service", namespaceOf(ingress), service?.name ?? "");
  if (service === undefined || object === undefined)
    throw new Error(`The Ingress needs the Service "${service?.name}": not found.`);
  const spec = object.spec as ServiceSpec;
  const selected = Object.entries(spec.selector ?? {}).every(([label, value]) => pod.labels[label] === value);
  if (!selected) throw new Error(`The Service "${service.name}" does not select the pod.`);
  const wanted = service.port;
  const port = spec.ports.find(({ name, port: number }) =>
    wanted.number === undefined ? name === wanted.name : number === wanted.number,
  );
  if (port === undefined) throw new Error(`The Service "${service.name}" has no such port as its Ingress names.`);
  const target = port.targetPort ?? port.port;
  const targetPort = typeof target === "number" ? target : pod.ports[target];
  if (targetPort === undefined)
    throw new Error(`The Service "${service.name}" leads to the port "${target}", which the pod does not have.`);
  return { address: pod.address, port: targetPort };
}

function readBackendTls(ingress: KubernetesObject, objects: readonly KubernetesObject[]): BackendTls | undefined {
  const annotation = (name: string): string | undefined => ingress.metadata.annotations?.[`${PREFIX}/${name}`];
  if (annotation("backend-protocol")?.toUpperCase() !== "HTTPS") return undefined;
  const [namespace, name] = (annotation("proxy-ssl-secret") ?? "").split("/");
  return {
    client: namespace !== undefined && name !== undefined ? readCertificate(namespace, name, objects) : undefined,
    verify: annotation("proxy-ssl-verify") === "on",
    verifyDepth: Number(annotation("proxy-ssl-verify-depth") ?? 1),
    name: annotation("proxy-ssl-name"),
    sendName: annotation("proxy-ssl-server-name") === "on",
    protocols: annotation("proxy-ssl-protocols"),
  };
}
