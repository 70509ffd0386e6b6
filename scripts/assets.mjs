// The static assets in dist/: the dashboard, made by esbuild, and made again only when an input
// changed. Their names change with their content, so that browsers may keep them for ever.

import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashOf } from "./hash.mjs";
import { ROOT } from "./paths.mjs";
import { Trouble } from "./say.mjs";

const OUT = join(ROOT, "dist");
const SOURCE = join(ROOT, "dashboard");
const MARK = join(OUT, ".inputs");
const INPUTS = ["dashboard", "scripts/assets.mjs", "package-lock.json"];

/** Whether the assets are those of the sources. */
export const areAssetsCurrent = async () => isMadeFrom(await hashOf(INPUTS));

const isMadeFrom = async (inputs) =>
  (await readFile(MARK, "utf8").catch(() => "")) === inputs;

/** Builds the assets unless they are current; answers whether it had to. */
export async function assets() {
  const inputs = await hashOf(INPUTS);
  if (await isMadeFrom(inputs)) return false;
  const partial = `${OUT}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, "dashboard"), { recursive: true });
  await buildDashboard(partial);
  await writeFile(join(partial, basename(MARK)), inputs);
  await writeFile(join(partial, ".assetsignore"), ".inputs\n.assetsignore\n");
  await rm(OUT, { recursive: true, force: true });
  await rename(partial, OUT);
  return true;
}

async function buildDashboard(folder) {
  const outputs = await bundle(join(folder, "dashboard"));
  const named = (start, end) => {
    const found = outputs.find((name) => name.startsWith(start) && name.endsWith(end));
    if (found === undefined) throw new Trouble(`esbuild wrote no ${start}*${end}`);
    return `dashboard/${found}`;
  };
  const names = {
    script: named("main", ".js"),
    style: named("main", ".css"),
    font: named("inter", ".woff2"),
  };
  const page = await readFile(join(SOURCE, "index.html"), "utf8");
  const filled = page.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => names[name]);
  await writeFile(join(folder, "dashboard.html"), filled);
  await copyFile(join(SOURCE, "_headers"), join(folder, "_headers"));
  await copyFile(join(SOURCE, "icon.svg"), join(folder, "dashboard", "icon.svg"));
  await writeFile(join(folder, "dashboard", "licences.txt"), await licences());
}

/** Bundles the page and answers the names of the files that were written. */
async function bundle(outdir) {
  // Installed by npm ci, which may have run a moment ago.
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [join(SOURCE, "src", "main.tsx"), join(SOURCE, "styles", "main.css")],
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    // Where `light-dark()`, `popover` and nesting are.
    target: ["chrome123", "firefox125", "safari17.5"],
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".woff2": "file", ".svg": "file" },
    legalComments: "none",
    metafile: true,
    absWorkingDir: ROOT,
    logLevel: "silent",
  }).catch((error) => {
    throw new Trouble(`The dashboard could not be built.\n${error.message}`);
  });
  return Object.keys(result.metafile.outputs).map((path) => basename(path));
}

/** The terms of what is shipped with the page. */
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
    if (!existsSync(path)) throw new Trouble(`${name} has no LICENSE: run npm ci.`);
    return `${name}\n\n${await readFile(path, "utf8")}`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}
