// Installs what a build needs: the npm packages, Rust, and the tools for wasm.

import { say } from "../lib/say.mjs";
import { needPackages } from "./packages.mjs";
import { needRust } from "./toolchain.mjs";
import { hasTools, needTools } from "./tools.mjs";

export async function ready() {
  await needPackages();
  await needRust();
  if (!hasTools()) say("First run of this user: the tools take about 5 minutes, once.");
  await needTools();
}
