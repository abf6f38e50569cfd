import { objectsOfKind, type KubernetesObject } from "../../local/pod";

const RATE = /(limit_req_zone \$client_network zone=requests:\S+ rate=)\d+r\/s;/g;

/**
 * nginx allows one client 50 requests a second, and a load comes from one: the rate is raised in a copy of what was rendered. The limit itself stays, so
 * that what it costs is measured.
 */
export function raiseRequestRate(objects: KubernetesObject[]): KubernetesObject[] {
  let raised = 0;
  for (const { data } of objectsOfKind(objects, "ConfigMap") as { data?: Record<string, string> }[]) {
    for (const [key, text] of Object.entries(data ?? {})) {
      data![key] = text.replace(RATE, (_all, start: string) => {
        raised += 1;
        return `${start}1000000r/s;`;
      });
    }
  }
  if (raised !== 1)
    throw new Error(`The rendered nginx.conf has ${raised} limits of a client's requests; 1 was expected.`);
  return objects;
}
