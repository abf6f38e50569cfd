import type { FlowerPod } from "../inventory";
import type { Part } from "../objects/part";
import { containersOf } from "../objects/pods";

/** The number of a pod's port that is given by number or by name. */
export function portNumber(pod: FlowerPod, port: Part): number | undefined {
  if (port.number !== undefined) return port.number;
  const { text } = port;
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const ports = containersOf(pod.spec).flatMap((container) => container.at("ports").items);
  return ports.find((each) => each.at("name").text === text)?.at("containerPort").number;
}

/** Whether a Service's port leads to this port of the pod. */
export function targetsPort(pod: FlowerPod, servicePort: Part, port: number): boolean {
  const target = servicePort.at("targetPort");
  return portNumber(pod, target.exists ? target : servicePort.at("port")) === port;
}
