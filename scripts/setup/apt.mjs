// Debian's packages, unpacked into a folder.
//
// They are downloaded with a package list of our own and nothing is installed: no root is needed,
// and the system stays as it was.

import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { exists, must, run } from "../lib/run.mjs";

export async function hasApt() {
  return process.platform === "linux" && await exists("apt-get") && await exists("dpkg");
}

/** Unpacks packages, and what they need that this system lacks, into a folder. */
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
  // Another source's failure is no matter; if Debian's own fails, the download below says so.
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
