// Unpacks Debian packages into a folder.
//
// apt only downloads them, with a package list of its own, and installs nothing. So this needs no
// root and does not change the system.

import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, must, run } from "../lib/run.mjs";

export async function hasApt() {
  return process.platform === "linux" && await exists("apt-get") && await exists("dpkg");
}

/** Unpacks packages into a folder, with the dependencies that this system lacks. */
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
  // The failure of another source is harmless. If Debian's fails, the next command fails.
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

/** Returns the name of the architecture's folder, like x86_64-linux-gnu, or "" without one. */
export const multiarch = async (folder) =>
  (await readdir(folder)).find((name) => name.endsWith("-linux-gnu")) ?? "";

/**
 * Writes the command `bin/NAME`, which sets `variables` and runs `program` with the unpacked
 * libraries. All paths in it are relative to `$home`, so the folder can be renamed. Returns the
 * path of the command.
 */
export async function writeCommand(home, name, program, variables = []) {
  const libraries = `$home/usr/lib/${await multiarch(join(home, "usr", "lib"))}`;
  // The libraries of PulseAudio need one that is in a folder of its own.
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
