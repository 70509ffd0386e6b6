// Everything that is fetched or compiled once: npm's packages, Rust, and the tools for wasm.

import { needPackages } from "./packages.mjs";
import { say } from "../lib/say.mjs";
import { needRust } from "./toolchain.mjs";
import { hasTools, needTools } from "./tools.mjs";

export async function ready() {
  await needPackages();
  await needRust();
  if (!hasTools()) say("The first run of this user: its tools take about 5 minutes, once.");
  await needTools();
}
