// A Chromium for the tests of the dashboard: the one of this machine, or Debian's, unpacked into the
// cache.

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { hasApt, unpack } from "./apt.mjs";
import { installOnce } from "./cache.mjs";
import { run } from "./run.mjs";
import { Trouble } from "./say.mjs";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The number grows when this recipe changes. */
const NAME = "debian-chromium-1";
const PACKAGE = "chromium-headless-shell";

const HINT =
  "No Chromium was found for the tests of the dashboard. Install one (Debian: apt-get install " +
  "chromium), or name its program in the variable CHROMIUM.";

/** Answers the environment of the tests: CHROMIUM names the program to start. */
export async function chromium() {
  const given = process.env.CHROMIUM;
  if (given) {
    if (!await starts(given)) throw new Trouble(`CHROMIUM is ${given}, which does not start.`);
    return { CHROMIUM: given };
  }
  for (const program of [...onPath(), ...APPLICATIONS]) {
    if (existsSync(program) && await starts(program)) return { CHROMIUM: program };
  }
  if (!await hasApt()) throw new Trouble(HINT);
  const home = await installOnce({
    name: NAME,
    what: "Chromium from Debian's packages, for the tests of the dashboard",
    usually: "half a minute, once for this user",
    install: (folder) => unpack([PACKAGE], folder, HINT),
  });
  const environment = await environmentOf(home);
  if (!await starts(environment.CHROMIUM, environment)) throw new Trouble(HINT);
  return environment;
}

const onPath = () =>
  (process.env.PATH ?? "").split(delimiter).flatMap((folder) =>
    COMMANDS.map((command) => join(folder, command)));

async function starts(program, environment = {}) {
  return (await run(program, ["--version"], { environment, limitSeconds: 30 })).code === 0;
}

/** What was unpacked finds its libraries beside itself, and the fonts of the system. */
async function environmentOf(home) {
  const lib = join(home, "usr", "lib");
  const libraries = (await readdir(lib)).filter((name) => name.endsWith("-linux-gnu"));
  const paths = [...libraries.map((name) => join(lib, name)), process.env.LD_LIBRARY_PATH];
  return {
    CHROMIUM: join(lib, "chromium", "chromium-headless-shell"),
    LD_LIBRARY_PATH: paths.filter(Boolean).join(delimiter),
  };
}
