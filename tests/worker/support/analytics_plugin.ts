// A dataset of Workers Analytics Engine for tests. It uses workerd's own binding, which validates
// data points as in production, and POSTs them to an address of the test.
//
// Miniflare's own dataset drops all data points. This file is a plugin for it, loaded
// in the process of runtime.ts.

interface Options {
  config: { env?: Record<string, { type: string; dev?: { options?: { address?: string } } }> };
}

const type = "unsafe:analytics";
const service = "analytics:sink";

/** Returns the binding of a dataset whose data points are POSTed to this address. */
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
