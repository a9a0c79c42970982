import tseslint from "typescript-eslint";

const maxima = {
  "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
};

const PURE = {
  regex: "^(@aws-sdk|@pulumi|@aws-lambda-powertools|@duckdb|node:(fs|process|child_process))",
  message: "Pure code: data in, data out.",
};

/** The pack runs without the rest of the project; `outside` is how a path that leaves it begins. */
const packAlone = (outside) => ({
  regex: `^(@pulumi/aws|${outside})`,
  message: "The pack runs alone: nothing outside it, and no @pulumi/aws.",
});

const bans = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

const noClockNoEnvironment = {
  "no-restricted-globals": ["error", "process"],
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: "The time is passed in." },
  ],
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
  // A later block replaces the rule of an earlier one, so each lists all of its bans.
  { files: ["policy-pack/*.ts"], rules: bans(packAlone("\\.\\./")) },
  { files: ["policy-pack/*/*.ts"], rules: bans(packAlone("\\.\\./\\.\\./")) },
  { files: ["policy-pack/{iam,exposure}/*.ts"], rules: bans(packAlone("\\.\\./\\.\\./"), PURE) },
  { files: ["functions/*/core.ts", "datasets/**/*.ts"], rules: { ...bans(PURE), ...noClockNoEnvironment } },
  {
    files: ["tests/**/*.ts"],
    rules: {
      "max-lines-per-function": "off",
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [] }],
    },
  },
);
