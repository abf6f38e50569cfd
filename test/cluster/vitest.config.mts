import { defineConfig } from "vitest/config";

/** Watch the clock, and so have the machine to themselves. */
const TIMED = [
  "test/cluster/rotation.test.ts",
  "test/cluster/engine/up.test.ts",
  "test/cluster/engine/rotation.test.ts",
];

const common = {
  root: new URL("../..", import.meta.url).pathname,
  pool: "forks",
  testTimeout: 180_000,
  hookTimeout: 300_000,
} as const;

/** Not part of `npm test`: these tests need a cluster, which `npm run test:cluster` provides. Every file has a namespace of its own. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "cluster",
          include: ["test/cluster/**/*.test.ts"],
          exclude: TIMED,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { ...common, name: "timed", include: TIMED, fileParallelism: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
