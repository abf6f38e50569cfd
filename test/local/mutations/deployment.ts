import type { Change } from "../attacks/attack";
import { logInOf, secretOf } from "../client/logIns";
import {
  changed,
  containerOf,
  objectNamed,
  podSpecOf,
  withSharedCookieSecret,
  type ContainerSpec,
} from "../client/objects";
import type { Mutation } from "../mutations";

const container =
  (name: string, change: (container: ContainerSpec) => void): Change =>
  (objects) =>
    changed(objects, (copy) => change(containerOf(copy, name)));

const pod =
  (fields: Readonly<Record<string, unknown>>): Change =>
  (objects) =>
    changed(objects, (copy) => void Object.assign(podSpecOf(copy), fields));

/** What the Deployment and the Ingress hold a control by, seen in the processes that come of it. */
export const deploymentMutations: readonly Mutation[] = [
  {
    control: "pod",
    without: "a user who is not root",
    caughtBy: "no process of the pod is root",
    needsRoot: true,
    change: (objects) =>
      changed(objects, (copy) => {
        Object.assign(podSpecOf(copy).securityContext as object, { runAsNonRoot: false });
        containerOf(copy, "flower-viewer").securityContext.runAsUser = 0;
      }),
  },
  {
    control: "pod",
    without: "a read-only root",
    caughtBy: "no process of the pod can write",
    change: container("nginx", ({ securityContext }) => void (securityContext.readOnlyRootFilesystem = false)),
  },
  {
    control: "pod",
    without: "variables without Services",
    caughtBy: "the pod has no token",
    change: pod({ enableServiceLinks: true }),
  },
  {
    control: "pod",
    without: "a refusal of the token",
    caughtBy: "the pod has no token",
    change: pod({ automountServiceAccountToken: true }),
  },
  {
    control: "secrets",
    without: "a command line without secrets",
    caughtBy: "no secret is in any process'",
    change: (objects, stack) =>
      container("flower-viewer", ({ command }) =>
        (command as string[]).push(secretOf(stack.original, "queues-broker").get("url") ?? ""),
      )(objects, stack),
  },
  {
    control: "secrets",
    without: "log-ins by file",
    caughtBy: "no password or cookie secret is in an environment",
    change: (objects, stack) => {
      const { name, password } = logInOf(stack.original, "viewer");
      return container("flower-viewer", ({ env }) =>
        env?.push({ name: "FLOWER_BASIC_AUTH", value: `${name}:${password}` }),
      )(objects, stack);
    },
  },
  {
    control: "secrets",
    without: "the cookie secret by file",
    caughtBy: "no password or cookie secret is in an environment",
    change: container("flower-viewer", ({ env }) =>
      env?.push({
        name: "FLOWER_COOKIE_SECRET",
        valueFrom: { secretKeyRef: { name: "queues-cookie", key: "viewer" } },
      }),
    ),
  },
  {
    control: "secrets",
    without: "a cookie secret of its own for each Flower",
    caughtBy: "no container can read",
    change: withSharedCookieSecret,
  },
  {
    control: "secrets",
    without: "an environment of its own for nginx",
    caughtBy: "no password or cookie secret is in an environment",
    change: container("nginx", (nginx) => {
      nginx.env = [{ name: "BROKER", valueFrom: { secretKeyRef: { name: "queues-broker", key: "url" } } }];
    }),
  },
  {
    control: "secrets",
    without: "mounts by need",
    caughtBy: "no container can read",
    change: container("nginx", ({ volumeMounts }) =>
      (volumeMounts as object[]).push({ name: "viewer-users", mountPath: "/run/secrets/flower/users", readOnly: true }),
    ),
  },
  {
    control: "mutual-tls",
    without: "a controller that verifies the pod",
    caughtBy: "the pod proves its name",
    change: (objects) =>
      changed(objects, (copy) => {
        const { annotations = {} } = objectNamed(copy, "Ingress").metadata;
        annotations["nginx.ingress.kubernetes.io/proxy-ssl-verify"] = "off";
      }),
  },
];
