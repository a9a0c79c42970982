import tseslint from "typescript-eslint";

const maxima = {
  "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
};

export default tseslint.config(
  {
    ignores: [
      "**/dist/**",
      "node_modules/**",
      ".sluice/**",
      "coverage/**",
      "**/*.cjs",
      "**/*.js",
      "**/*.mjs",
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...maxima,
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
    },
  },
  {
    files: ["components/**/*.ts", "index.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.object.name='JSON'][callee.property.name='stringify']",
          message: "Pass documents as objects: JSON.stringify of an Output prints its internals.",
        },
      ],
    },
  },
  {
    files: ["policy-pack/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(@pulumi/aws|(\\.\\./){2,})",
              message: "The pack runs alone: nothing outside it, and no @pulumi/aws.",
            },
          ],
        },
      ],
    },
  },
  {
    files: [
      "functions/*/core.ts",
      "datasets/**/*.ts",
      "policy-pack/iam/**/*.ts",
      "policy-pack/exposure/**/*.ts",
    ],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(@aws-sdk|@pulumi|@aws-lambda-powertools|@duckdb|node:(fs|process|child_process))",
              message: "Pure code: data in, data out.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [] }],
    },
  },
);
