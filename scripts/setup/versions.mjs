// The versions that neither package-lock.json nor Cargo.lock pins.

/** Equal to the `worker` crate's version in Cargo.lock. */
export const WORKER_BUILD = "0.8.7";

/** Equal to the `wasm-bindgen` crate's version in Cargo.lock: both use one private format. */
export const WASM_BINDGEN = "0.2.129";

/** The oldest compiler that can compile the `worker` crate. */
export const RUSTC_MIN = "1.91";

/** The oldest Node that can run these scripts. wrangler and the tests run in the npm package's. */
export const NODE_MIN = "20.12";

/** The compilation target of a Worker. */
export const WASM_TARGET = "wasm32-unknown-unknown";

/** Returns whether a version is at least `minimum`, by its first two numbers. */
export function atLeast(version, minimum) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin, minorMin] = minimum.split(".").map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}
