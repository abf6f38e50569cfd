import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Demo, DemoUser } from "../../local/demo";
import { ADDRESSES, PRIVATE_DIRECTORY } from "../../local/pod";

/** A way to the viewer's Flower. */
export interface Road {
  name: "direct" | "through";
  /** In which network its clients run. */
  network: "pod" | "cluster";
  /** The dashboard's URL, with a slash at its end. */
  base: string;
}

/**
 * Both ways, for clients that run in the sandbox: to Flower on the pod's loopback, as a bare Flower would be reached; and by the
 * ingress controller's TLS, the mutual TLS to the pod's nginx, and from there to the same Flower.
 */
export function roads({ connection }: Demo): readonly [Road, Road] {
  const { pathname } = new URL(connection.url);
  return [
    { name: "direct", network: "pod", base: `http://127.0.0.1:${connection.pod.ports.viewer}${pathname}` },
    { name: "through", network: "cluster", base: connection.url },
  ];
}

/** The log-in that is used. */
export function viewer({ connection }: Demo): DemoUser {
  const found = connection.users.find(({ role }) => role === "viewer");
  if (found === undefined) throw new Error("The demo has no viewer.");
  return found;
}

/** Writes an /etc/hosts by which programs in the sandbox find the controller; returns its path there. */
export function writeHosts({ sandbox, connection }: Demo): string {
  const name = "hosts-of-the-bench";
  const { hostname } = new URL(connection.url);
  writeFileSync(join(sandbox.directory, name), `127.0.0.1 localhost\n${ADDRESSES.node} ${hostname}\n`, { mode: 0o644 });
  return join(PRIVATE_DIRECTORY, name);
}
