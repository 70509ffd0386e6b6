// A Worker in Miniflare.

/** Returns Miniflare's options for one Worker of one module, without Node's modules. */
export function workerOptions(script: string, env: Record<string, unknown> = {}) {
  return {
    cf: false,
    workers: [{
      config: {
        name: "client",
        compatibilityDate: "2025-01-01",
        compatibilityFlags: [],
        manifest: {
          mainModule: "main.js",
          modules: { "main.js": { type: "esm", contents: script } },
        },
        env,
        exports: {},
      },
      dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
    }],
  };
}
