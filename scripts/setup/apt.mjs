// Debian's packages, unpacked into a folder.
//
// apt downloads them with a package list of its own and installs nothing: this takes no root, and
// the system stays as it was.

import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, must, run } from "../lib/run.mjs";

export async function hasApt() {
  return process.platform === "linux" && await exists("apt-get") && await exists("dpkg");
}

/** Unpacks packages, and their dependencies that this system lacks, into a folder. */
export async function unpack(packages, folder, hint) {
  const apt = join(folder, "apt");
  const archives = join(apt, "archives");
  for (const part of [join(apt, "lists"), archives]) {
    await mkdir(join(part, "partial"), { recursive: true });
  }
  const options = [
    `Dir::State::Lists=${join(apt, "lists")}`,
    `Dir::Cache=${apt}`,
    `Dir::Cache::archives=${archives}`,
    "APT::Keep-Downloaded-Packages=true",
    "APT::Sandbox::User=root",
    "Debug::NoLocking=true",
    "Acquire::http::Timeout=30",
  ].flatMap((option) => ["-o", option]);
  const environment = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  // A failure of another source does not matter; a failure of Debian's ends the next command.
  await run("apt-get", [...options, "update"], { environment });
  await must("apt-get", [
    ...options, "--yes", "--no-install-recommends", "--download-only", "--reinstall",
    "install", ...packages,
  ], { environment, hint });
  for (const name of await readdir(archives)) {
    if (name.endsWith(".deb")) await must("dpkg", ["-x", join(archives, name), folder]);
  }
  await rm(apt, { recursive: true });
}

/** The folder that Debian names after the architecture, like x86_64-linux-gnu; "" if none is. */
export const multiarch = async (folder) =>
  (await readdir(folder)).find((name) => name.endsWith("-linux-gnu")) ?? "";

/**
 * Writes the command `bin/NAME`, which sets `variables` and runs `program` with the unpacked
 * libraries. It finds all of them by `$home`, so the folder can be renamed. Answers its path.
 */
export async function writeCommand(home, name, program, variables = []) {
  const libraries = `$home/usr/lib/${await multiarch(join(home, "usr", "lib"))}`;
  // PulseAudio keeps one library apart, which its other libraries need.
  const folders = `${libraries}:${libraries}/pulseaudio`;
  const path = join(home, "bin", name);
  await mkdir(join(home, "bin"), { recursive: true });
  await writeFile(path, [
    "#!/bin/sh",
    'home=$(dirname "$(dirname "$(readlink -f "$0")")")',
    `export LD_LIBRARY_PATH="${folders}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    ...variables.map((variable) => `export ${variable}`),
    `exec ${program} "$@"`,
    "",
  ].join("\n"));
  await chmod(path, 0o755);
  return path;
}
