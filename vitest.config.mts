import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("./", import.meta.url));
// One process a file: Pulumi's runtime is one for a process.
const shared = { pool: "forks" as const, testTimeout: 60_000, hookTimeout: 300_000 };

export default defineConfig({
  resolve: {
    alias: [
      { find: /^secure-flower$/, replacement: `${source}index.ts` },
      { find: /^secure-flower\/(testing|policy)$/, replacement: `${source}$1/index.ts` },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        // Vitest leaves a core free by default, which on two would halve the speed.
        test: {
          ...shared,
          name: "unit",
          include: ["test/{unit,policy,schema,package}/**/*.test.ts", "examples/ci/*.test.ts"],
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
        },
      },
      // Real processes, in namespaces of each file's own: most of the time they wait for something that takes its time.
      {
        extends: true,
        test: {
          ...shared,
          name: "local",
          include: ["test/{local,browser}/**/*.test.ts"],
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["components/**/*.ts"],
      exclude: ["test/**"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 95, branches: 95 },
    },
  },
});
