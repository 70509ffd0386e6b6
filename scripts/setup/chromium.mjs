// Chromium for the tests of the dashboard: the one of this machine, or Debian's in the cache.

import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { must, run } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { hasApt, unpack, writeCommand } from "./apt.mjs";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Increase the number when `install` changes. */
const NAME = "debian-chromium-1";
/** The fonts have the characters that those of the dashboard lack. */
const PACKAGES = ["chromium-headless-shell", "fonts-liberation"];

const HINT =
  "No Chromium was found for the dashboard's tests. Install one (Debian: apt-get install " +
  "chromium), or set the variable CHROMIUM to the path of its program.";

/** Returns the environment of the tests: CHROMIUM is the path of the program. */
export async function chromium() {
  const given = process.env.CHROMIUM;
  if (given) {
    if (!(await starts(given))) {
      throw new CommandError(`CHROMIUM is ${given}, which does not start.`);
    }
    return { CHROMIUM: given };
  }
  for (const program of [...onPath(), ...APPLICATIONS]) {
    if (existsSync(program) && (await starts(program))) return { CHROMIUM: program };
  }
  if (!(await hasApt())) throw new CommandError(HINT);
  const home = await installOnce({
    name: NAME,
    what: "Chromium from Debian's packages, for the dashboard's tests",
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
  const program = '"$home/usr/lib/chromium/chromium-headless-shell"';
  const command = await writeCommand(
    home, "chromium", program, ['FONTCONFIG_FILE="$home/fonts.conf"'],
  );
  await must(command, ["--version"], { hint: HINT });
}

/** The folders of fonts, for a system without fontconfig. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
