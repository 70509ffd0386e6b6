// A Chromium for the tests of the dashboard: the one of this machine, or Debian's, unpacked into
// the cache.

import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { hasApt, unpack } from "./apt.mjs";
import { installOnce } from "../lib/cache.mjs";
import { must, run } from "../lib/run.mjs";
import { Trouble } from "../lib/say.mjs";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The number grows when this recipe changes. */
const NAME = "debian-chromium-1";
/** The second is a face for what the dashboard's own fonts lack. */
const PACKAGES = ["chromium-headless-shell", "fonts-liberation"];

const HINT =
  "No Chromium was found for the tests of the dashboard. Install one (Debian: apt-get install " +
  "chromium), or name its program in the variable CHROMIUM.";

/** Answers the environment of the tests: CHROMIUM names the program to start. */
export async function chromium() {
  const given = process.env.CHROMIUM;
  if (given) {
    if (!(await starts(given))) throw new Trouble(`CHROMIUM is ${given}, which does not start.`);
    return { CHROMIUM: given };
  }
  for (const program of [...onPath(), ...APPLICATIONS]) {
    if (existsSync(program) && (await starts(program))) return { CHROMIUM: program };
  }
  if (!(await hasApt())) throw new Trouble(HINT);
  const home = await installOnce({
    name: NAME,
    what: "Chromium from Debian's packages, for the tests of the dashboard",
    usually: "half a minute, once for this user",
    install,
  });
  return { CHROMIUM: join(home, "bin", "chromium") };
}

const onPath = () =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => COMMANDS.map((command) => join(folder, command)));

const starts = async (program) =>
  (await run(program, ["--version"], { limitSeconds: 30 })).code === 0;

async function install(home) {
  await unpack(PACKAGES, home, HINT);
  await writeFile(join(home, "fonts.conf"), FONTS);
  await mkdir(join(home, "bin"));
  const command = join(home, "bin", "chromium");
  await writeFile(command, await wrapper(home));
  await chmod(command, 0o755);
  await must(command, ["--version"], { hint: HINT });
}

/** Starts what was unpacked with the libraries beside it, wherever that lies. */
async function wrapper(home) {
  // None, where the system has them all.
  const lib = join(home, "usr", "lib");
  const folder = (await readdir(lib)).find((name) => name.endsWith("-linux-gnu")) ?? "";
  const libraries = `$home/usr/lib/${folder}`;
  return [
    "#!/bin/sh",
    'home=$(dirname "$(dirname "$(readlink -f "$0")")")',
    // PulseAudio keeps one apart, which its other libraries look for all the same.
    `libraries="${libraries}:${libraries}/pulseaudio"`,
    'export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
    'export FONTCONFIG_FILE="$home/fonts.conf"',
    'exec "$home/usr/lib/chromium/chromium-headless-shell" "$@"',
    "",
  ].join("\n");
}

/** Where fonts are, for a system that was never told. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
