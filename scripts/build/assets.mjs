// Builds the static assets in dist/ if an input has changed: the dashboard and the API reference,
// bundled by esbuild, and the contract.
//
// The names of scripts, styles and fonts contain a hash of their content, so browsers may cache
// them without a time limit.

import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { clientContract } from "../../contract/client.mjs";
import { contract, textOf } from "../../contract/document.mjs";
import { hashOf } from "../lib/hash.mjs";
import { ROOT } from "../lib/paths.mjs";
import { CommandError } from "../lib/say.mjs";

const OUT = join(ROOT, "dist");
const SOURCE = join(ROOT, "dashboard");
const REFERENCE = join(ROOT, "contract", "docs");
const MARK = join(OUT, ".inputs");
const INPUTS = ["dashboard", "contract", "scripts/build/assets.mjs", "package-lock.json"];

/** Whether the assets are up to date with the sources. */
export const areAssetsCurrent = async () => isMadeFrom(await hashOf(INPUTS));

const isMadeFrom = async (inputs) =>
  (await readFile(MARK, "utf8").catch(() => "")) === inputs;

/** Builds the assets unless they are up to date, and returns whether it built them. */
export async function assets() {
  const inputs = await hashOf(INPUTS);
  if (await isMadeFrom(inputs)) return false;
  const partial = `${OUT}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, "dashboard"), { recursive: true });
  await buildDashboard(partial);
  await buildReference(partial);
  await writeFile(join(partial, "openapi.json"), textOf(contract()));
  await writeFile(join(partial, "openapi.client.json"), textOf(clientContract()));
  await writeFile(join(partial, basename(MARK)), inputs);
  await writeFile(join(partial, ".assetsignore"), ".inputs\n.assetsignore\n");
  await rm(OUT, { recursive: true, force: true });
  await rename(partial, OUT);
  return true;
}

async function buildDashboard(folder) {
  const outputs = await bundle(join(folder, "dashboard"), [
    join(SOURCE, "src", "main.tsx"),
    join(SOURCE, "styles", "main.css"),
  ]);
  await fill(join(SOURCE, "index.html"), join(folder, "dashboard.html"), {
    script: outputs("main", ".js"),
    style: outputs("main", ".css"),
    font: outputs("inter", ".woff2"),
  });
  await copyFile(join(SOURCE, "_headers"), join(folder, "_headers"));
  await copyFile(join(SOURCE, "icon.svg"), join(folder, "dashboard", "icon.svg"));
  await writeFile(join(folder, "dashboard", "licences.txt"), await licences());
}

/** Builds the page that shows the contract, on which its calls can be tried. */
async function buildReference(folder) {
  const outputs = await bundle(join(folder, "docs"), [
    join(REFERENCE, "main.js"),
    join(REFERENCE, "main.css"),
  ]);
  await fill(join(REFERENCE, "index.html"), join(folder, "docs.html"), {
    script: outputs("main", ".js"),
    style: outputs("main", ".css"),
  });
  const viewer = join(ROOT, "node_modules", "swagger-ui-dist");
  const terms = ["LICENSE", "NOTICE", "swagger-ui-es-bundle.js.LICENSE.txt"];
  const texts = terms.map((name) => readFile(join(viewer, name), "utf8"));
  await writeFile(join(folder, "docs", "licences.txt"), (await Promise.all(texts)).join("\n"));
}

/** Writes a page with the names of the files that it loads in place of `{{…}}`. */
async function fill(source, target, names) {
  const page = await readFile(source, "utf8");
  await writeFile(target, page.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => names[name]));
}

/** Bundles the files of a page. Returns a function that finds the path of an output by its name. */
async function bundle(outdir, entryPoints) {
  // Not a static import: `npm ci` may run after this module was loaded.
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    // The first versions with `light-dark()`, `popover` and nested rules.
    target: ["chrome123", "firefox125", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".woff2": "file", ".svg": "file" },
    legalComments: "none",
    metafile: true,
    absWorkingDir: ROOT,
    logLevel: "silent",
  }).catch((error) => {
    throw new CommandError(`${basename(outdir)} could not be built.\n${error.message}`);
  });
  const written = Object.keys(result.metafile.outputs).map((path) => basename(path));
  return (start, end) => {
    const found = written.find((name) => name.startsWith(start) && name.endsWith(end));
    if (found === undefined) throw new CommandError(`esbuild wrote no ${start}*${end}`);
    return `${basename(outdir)}/${found}`;
  };
}

/** Returns the licences of the packages in the bundle. */
async function licences() {
  const packages = [
    "preact",
    "uplot",
    "lucide",
    "@fontsource-variable/inter",
    "@fontsource-variable/jetbrains-mono",
  ];
  const texts = packages.map(async (name) => {
    const path = join(ROOT, "node_modules", name, "LICENSE");
    if (!existsSync(path)) throw new CommandError(`${name} has no LICENSE: run npm ci.`);
    return `${name}\n\n${await readFile(path, "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}
