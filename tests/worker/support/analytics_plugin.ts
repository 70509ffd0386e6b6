// A dataset of Workers Analytics Engine for tests: workerd's own binding, which checks what it is
// given as in production, and POSTs every data point to an address of the test.
//
// Miniflare's dataset drops what is written to it, so its door for further kinds of bindings is
// used: it loads this file in the process of runtime.ts.

interface Options {
  config: { env?: Record<string, { type: string; dev?: { options?: { address?: string } } }> };
}

const type = "unsafe:analytics";
const service = "analytics:sink";

/** The environment's binding of a dataset whose data points go to this address. */
export function dataset(address: string): Record<string, unknown> {
  const plugin = { package: import.meta.filename, name: "analytics" };
  return { type, dev: { plugin, options: { address } } };
}

const bound = ({ config }: Options) =>
  Object.entries(config.env ?? {}).filter(([, binding]) => binding.type === type);

export const plugins = {
  analytics: {
    getBindings: (options: Options) =>
      bound(options).map(([name]) => ({ name, analyticsEngine: { name: service } })),
    getNodeBindings: () => ({}),
    getServices: ({ options }: { options: Options }) =>
      bound(options).map(([, binding]) => ({
        name: service,
        external: { address: binding.dev?.options?.address, http: {} },
      })),
  },
};
