/** What differs between the clusters on which the tests can run. */
export interface ClusterTarget {
  /** What a person is told. */
  readonly title: string;
  /** Images of what the tests put into the cluster. */
  readonly images: {
    readonly flower: string;
    /** One that silently ignores the read-only setting. */
    readonly oldFlower: string;
    readonly nginx: string;
    readonly redis: string;
  };
  /** Where Traefik answers on 80 and 443. */
  readonly address: string;
  /** Whence the tests come, as the dashboards' source ranges. */
  readonly ranges: { readonly viewer: readonly string[]; readonly admin: readonly string[] };
  /** What only a network of our own has; without it the tests that need it are skipped. */
  readonly network?: {
    /** Addresses of this machine from which it can come: one on the viewers' list only, and one on none. */
    readonly office: string;
    readonly stranger: string;
    /** Addresses of this machine that pods could reach, were it not for their policy. */
    readonly metadata: string;
    readonly internet: string;
    readonly provider: string;
  };
}

/** Name of the variable by which `npm run test:cluster` tells the tests of the target. */
export const TARGET_VARIABLE = "SECURE_FLOWER_TEST_TARGET";

/** The target of this run. */
export function readTarget(): ClusterTarget {
  const text = process.env[TARGET_VARIABLE];
  if (text === undefined) throw new Error("these tests need a cluster: run them by `npm run test:cluster`");
  return JSON.parse(text) as ClusterTarget;
}

/** Official images, for clusters that can pull. Flower's is the one that image/README.md says how to build. */
export const OFFICIAL = {
  flower: "docker.io/mher/flower:2.2.0",
  oldFlower: "docker.io/mher/flower:2.0.1",
  nginx: "docker.io/nginxinc/nginx-unprivileged:1.30-alpine",
  redis: "docker.io/library/redis:8-alpine",
} as const;
