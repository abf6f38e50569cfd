import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = fileURLToPath(new URL("./", import.meta.url));
/** Files that take a minute or more, the longest first. */
const LONGEST = ["mutations-nginx", "mutations", "attacks", "sign-in-attacks", "sign-in"].map(
  (name) => `/test/local/${name}.test.ts`,
);

/** Vitest begins with the largest files, and would wait for the longest alone at the end: most of these are small tables. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const index = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return index < 0 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

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
    sequence: { sequencer: LongestFirst },
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
