import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "coverage", "node_modules", ".demo", ".test"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
      "no-restricted-properties": ["error", { property: "only", message: "A test that runs alone hides the others." }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    // The builders are pure: they turn the model into text and specs, with no Pulumi at run time.
    files: ["components/build/**/*.ts", "components/model.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [{ group: ["@pulumi/*"], allowTypeImports: true, message: "Builders import Pulumi's types only." }],
        },
      ],
    },
  },
  {
    // The rules judge plain Kubernetes objects, so that the pack and the command share them; only the adapter and the pack know Pulumi.
    files: ["policy/**/*.ts"],
    ignores: ["policy/pulumi/**", "policy/pack.ts", "policy/index.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@pulumi/*", "**/pulumi/*"], message: "Policy rules do not know Pulumi." }] },
      ],
    },
  },
  {
    // A user of the rules alone, or of the command, has no @pulumi/policy.
    files: ["policy/pulumi/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["@pulumi/*"], allowTypeImports: true, message: "The adapter imports Pulumi's types only." },
          ],
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  { files: ["**/*.{js,mjs,cjs,mts}"], ...tseslint.configs.disableTypeChecked },
  prettier,
);
