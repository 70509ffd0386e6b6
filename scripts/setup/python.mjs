// Python with the libraries that tests need, in the cache: in a virtual environment of this machine's
// Python or, where it can make none, of Debian's packages.

import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasApt, unpack } from "./apt.mjs";
import { installOnce } from "../lib/cache.mjs";
import { exists, must, run } from "../lib/run.mjs";
import { Trouble } from "../lib/say.mjs";

/** The modules, each with its version; pip knows them by the same names. */
const PACKAGES = { standardwebhooks: "1.1.0", prometheus_client: "0.26.0" };
const NAMED = Object.entries(PACKAGES).map(([name, version]) => `${name}==${version}`);
const HINT =
  "The tests of docs/RECEIVING.md and of /metrics need PyPI, and Python 3.9 or later with venv " +
  "(Debian: apt-get install python3-venv).";

/** Answers the program, made once for this user. */
export async function python() {
  const home = await installOnce({
    name: `python-${NAMED.join("-").replaceAll("==", "-")}`,
    what: `${NAMED.join(" and ")} from PyPI, for tests`,
    usually: "10 seconds, once for this user",
    install,
  });
  const program = programOf(home);
  if ((await run(program, ["-c", `import ${Object.keys(PACKAGES)}`])).code === 0) return program;
  throw new Trouble(`${home} does not work any more: remove it, and it is made again.\n${HINT}`);
}

async function install(folder) {
  if (await exists("python3", ["-c", "import ensurepip, venv"])) {
    await must("python3", ["-m", "venv", folder], { hint: HINT });
    await pip(folder, []);
    return;
  }
  if (!(await hasApt())) throw new Trouble(HINT);
  await unpack(["python3-pip"], folder, HINT);
  await mkdir(join(folder, "bin"));
  await writeFile(programOf(folder), await wrapper(folder));
  await chmod(programOf(folder), 0o755);
  await pip(folder, ["--target", join(folder, "packages")]);
}

const pip = (folder, where) => must(programOf(folder), [
  "-m", "pip", "install", "--quiet", "--no-deps", ...where, ...NAMED,
], { hint: HINT });

/** Not pip's own command: its first line has the path where it was made. */
const programOf = (home) => join(home, "bin", "python3");

/** Finds what was unpacked wherever it lies; Python itself was, if this machine has none. */
async function wrapper(home) {
  const names = await readdir(join(home, "usr", "bin")).catch(() => []);
  const own = names.find((name) => /^python3\.\d+$/.test(name));
  const folders = await readdir(join(home, "usr", "lib"));
  const libraries = folders.find((name) => name.endsWith("-linux-gnu")) ?? "";
  return [
    "#!/bin/sh",
    'home=$(dirname "$(dirname "$(readlink -f "$0")")")',
    `export LD_LIBRARY_PATH="$home/usr/lib/${libraries}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    'export PYTHONPATH="$home/packages:$home/usr/lib/python3/dist-packages"',
    `exec ${own === undefined ? "python3" : `"$home/usr/bin/${own}"`} "$@"`,
    "",
  ].join("\n");
}
