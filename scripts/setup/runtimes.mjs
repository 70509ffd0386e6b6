// Bun and Deno for the tests of the TypeScript client, by their npm packages, in the cache.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { must } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";

const RUNTIMES = [["BUN", "bun", "1.4.5"], ["DENO", "deno", "2.9.6"]];

/**
 * Returns the environment of the tests: BUN and DENO are the paths of the programs. Where one
 * cannot be installed, BUN_TROUBLE or DENO_TROUBLE says why, and only its tests fail.
 */
export async function runtimes() {
  const environment = {};
  for (const [variable, name, version] of RUNTIMES) {
    try {
      environment[variable] = process.env[variable] || await installed(name, version);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      environment[`${variable}_TROUBLE`] = error.message;
    }
  }
  return environment;
}

async function installed(name, version) {
  const home = await installOnce({
    name: `${name}-${version}`,
    what: `${name} ${version} for the tests of the TypeScript client`,
    usually: "half a minute, once for this user",
    install: (folder) => install(folder, name, version),
  });
  return join(home, "node_modules", ".bin", name);
}

/** Installs a runtime. Its packages put their program in place by a script. */
async function install(folder, name, version) {
  await writeFile(join(folder, "package.json"), JSON.stringify({
    private: true,
    dependencies: { [name]: version },
    allowScripts: { [name]: true },
  }));
  await must("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock"], {
    cwd: folder,
    environment: { npm_config_allow_scripts: undefined },
    hint: `${name} was not installed: npm install failed. It needs the npm registry.`,
  });
  await must(join(folder, "node_modules", ".bin", name), ["--version"], {
    hint: `${name} was installed but does not start.`,
  });
}
