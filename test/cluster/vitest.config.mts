import { defineConfig } from "vitest/config";

/** Not part of `npm test`: these tests need a cluster, which `npm run test:cluster` provides. */
export default defineConfig({
  test: {
    name: "cluster",
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/cluster/**/*.test.ts"],
    // Every file has a namespace of its own; one after the other, since some of them watch the clock.
    fileParallelism: false,
    pool: "forks",
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
