import { delimiter, dirname } from "node:path";
import type { Progress } from "../../local/install";
import { PRIVATE_RANGES } from "../../components/model";
import { succeed } from "./local/command";
import { findCluster, startCluster, stopCluster } from "./local";
import { IMAGES } from "./local/images";
import { ADDRESSES } from "./local/layout";
import { startKind } from "./kind";
import { OFFICIAL, type ClusterTarget } from "./target";

/** A cluster to test on. */
export interface Choice {
  readonly target: ClusterTarget;
  /** What goes before a command that is to reach it. */
  readonly enter: readonly string[];
  /** Variables by which kubectl finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes what was made for the choice; a cluster that was there stays. */
  readonly release: () => Promise<void>;
}

/** KUBECONFIG's cluster if it is set, kind with CLUSTER=kind, else the local one. */
export async function chooseCluster(env: NodeJS.ProcessEnv, progress: Progress): Promise<Choice> {
  if (env.KUBECONFIG !== undefined && env.KUBECONFIG !== "") return existing(env);
  if (env.CLUSTER === "kind") return startKind(progress);
  return local(progress);
}

/** Somebody's cluster: only the one that they named, since tests make and remove namespaces in it. */
async function existing(env: NodeJS.ProcessEnv): Promise<Choice> {
  const context = (await succeed(["kubectl", "config", "current-context"])).trim();
  if (env.SECURE_FLOWER_TEST_CONTEXT !== context) {
    throw new Error(
      `KUBECONFIG's context is "${context}". The tests make and remove namespaces there: set SECURE_FLOWER_TEST_CONTEXT=${context} to allow it, or unset KUBECONFIG for a local cluster.`,
    );
  }
  const service = ["kubectl", "--namespace=traefik", "get", "service/traefik"];
  const address = await succeed([...service, "--output=jsonpath={.status.loadBalancer.ingress[0].ip}"]);
  if (address === "")
    throw new Error(`The Service traefik/traefik of "${context}" has no address: the tests need one.`);
  const images = {
    flower: env.FLOWER_IMAGE ?? OFFICIAL.flower,
    oldFlower: env.OLD_FLOWER_IMAGE ?? OFFICIAL.oldFlower,
    nginx: env.NGINX_IMAGE ?? OFFICIAL.nginx,
    redis: env.REDIS_IMAGE ?? OFFICIAL.redis,
  };
  // As the cluster sees this machine: an admin dashboard cannot be open to everybody.
  const ranges = env.SOURCE_RANGES?.split(",") ?? PRIVATE_RANGES;
  return {
    target: {
      title: `the context "${context}" of KUBECONFIG`,
      images,
      address,
      ranges: { viewer: ranges, admin: ranges },
    },
    enter: [],
    env: {},
    release: () => Promise.resolve(),
  };
}

async function local(progress: Progress): Promise<Choice> {
  const wasUp = findCluster() !== undefined;
  const started = Date.now();
  const { enter, kubeconfig, kubectl, residentMebibytes } = await startCluster(progress);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const client = `${ADDRESSES.client}/32`;
  return {
    target: {
      title: `a local Kubernetes, built from its Go modules (up after ${seconds} s, ${residentMebibytes()} MiB)`,
      images: { flower: IMAGES.flower, oldFlower: IMAGES.oldFlower, nginx: IMAGES.nginx, redis: IMAGES.redis },
      address: ADDRESSES.loadBalancer,
      ranges: { viewer: [client, `${ADDRESSES.office}/32`], admin: [client] },
      network: ADDRESSES,
    },
    enter,
    env: { KUBECONFIG: kubeconfig, PATH: [dirname(kubectl), process.env.PATH ?? ""].join(delimiter) },
    release: () => (wasUp ? Promise.resolve() : stopCluster()),
  };
}
