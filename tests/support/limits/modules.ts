// Writes the modules of the layer: the main module around that of a Worker, and the layer itself.

import { join } from "node:path";
import { buildSync } from "esbuild";
import type { Limits } from "./limits.ts";

/** The main module of a Worker under the layer. */
export const LIMITED_MAIN = "limited.js";
/** The compatibility flags that the layer needs. */
export const LIMITS_FLAGS = ["nodejs_als"];
/** The export of the main module that answers with a `LimitsReport`. */
export const LIMITS_ENTRYPOINT = "LimitsReport";

const LAYER = "limits.js";
const WORKER = "worker.js";

/**
 * Returns the modules of a Worker under the layer, by name. `file` is the Worker's main module, in
 * JavaScript or TypeScript, and imports the other modules of the Worker as `./name`. `changed`
 * replaces some of the limits.
 */
export function limitedModules(
  file: string,
  changed: Partial<Limits> = {},
): Record<string, string> {
  const worker = bundled(file);
  const wrapped = worker.exports.map((name) => {
    const left = name === "default" ? "export default" : `export const ${name} =`;
    return `${left} limited(${JSON.stringify(name)}, worker[${JSON.stringify(name)}]);`;
  });
  return {
    [LAYER]: bundled(join(import.meta.dirname, "layer.ts")).text,
    [WORKER]: worker.text,
    [LIMITED_MAIN]: [
      `import { limited, limits, limitsReport } from "./${LAYER}";`,
      `import * as worker from "./${WORKER}";`,
      `Object.assign(limits, ${JSON.stringify(changed)});`,
      ...wrapped,
      `export const ${LIMITS_ENTRYPOINT} = limitsReport;`,
    ].join("\n"),
  };
}

/** A module as one file, its types stripped, and the names of what it exports. */
function bundled(file: string): { text: string; exports: string[] } {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [file],
    bundle: true,
    write: false,
    metafile: true,
    outdir: ".",
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*", "./index.js"],
  });
  const [output] = Object.values(metafile.outputs);
  return { text: outputFiles[0]?.text ?? "", exports: output?.exports ?? [] };
}
