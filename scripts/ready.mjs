// Everything that is fetched or compiled once: npm's packages, Rust, and the tools for wasm.

import { needPackages } from "./packages.mjs";
import { needRust } from "./toolchain.mjs";
import { needTools } from "./tools.mjs";

export async function ready() {
  await needPackages();
  await needRust();
  await needTools();
}
