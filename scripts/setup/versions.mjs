// The versions of the tools that npm and Cargo.lock do not pin.

/** Equal to the `worker` crate's version in Cargo.lock. */
export const WORKER_BUILD = "0.8.7";

/** Equal to the `wasm-bindgen` crate's version in Cargo.lock: the two share a private format. */
export const WASM_BINDGEN = "0.2.129";

/** What the `worker` crate asks of the compiler. */
export const RUSTC_MIN = "1.91";

/** What these scripts ask of the Node that starts them; wrangler and the tests bring their own. */
export const NODE_MIN = "20.0";

/** The target that Workers run. */
export const WASM_TARGET = "wasm32-unknown-unknown";

/** Whether a dotted version is at least another one, by its first two numbers. */
export function atLeast(version, minimum) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [majorMin, minorMin] = minimum.split(".").map(Number);
  return major > majorMin || (major === majorMin && minor >= minorMin);
}
