// Which file may import which, for JavaScript and TypeScript. The test step `imports` checks it.
// For the Rust crates, the compiler and tests/native check the same.

const PRODUCT = "^(dashboard/src|contract|clients)/";
const AROUND = "^(tests|bench|scripts)/";
const TEST = "\\.test\\.ts$";

export default {
  forbidden: [
    {
      name: "no-circles",
      comment: "Move what both files need into a third one. An import of types counts as well.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "product-alone",
      comment: "The product imports nothing of its tests, measurements and scripts.",
      severity: "error",
      from: { path: PRODUCT },
      to: { path: AROUND },
    },
    {
      name: "no-import-of-tests",
      comment: "A test file runs its tests when it is imported. Move what others need beside it.",
      severity: "error",
      from: {},
      to: { path: TEST },
    },
    {
      name: "client-without-node",
      comment: "The client runs in Workers, Deno and Bun too. Only its command is for Node.",
      severity: "error",
      from: { path: "^clients/typescript/src/", pathNot: "^clients/typescript/src/cli/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "client-without-command",
      comment: "Nobody who calls the dispatcher needs the packages of the command.",
      severity: "error",
      from: { path: "^clients/typescript/src/", pathNot: "^clients/typescript/src/cli/" },
      to: { path: "^clients/typescript/src/cli/|node_modules/(commander|ws|@modelcontextprotocol)/" },
    },
    {
      name: "no-missing-file",
      comment: "An import that leads nowhere is not followed, so it could hide a circle.",
      severity: "error",
      // The programs are copied into a project that has what they import.
      from: { pathNot: "^tests/(clients|contract)/programs/" },
      to: { couldNotResolve: true, pathNot: "^cloudflare:" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^clients/typescript/dist/" },
    tsPreCompilationDeps: true,
    // Some packages name their files for `import` only.
    enhancedResolveOptions: {
      exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"],
    },
  },
};
