// Runs one dispatcher in its own process: the built bundle in workerd, with the bindings of
// wrangler.toml, under the platform's limits (tests/support/limits). The build command of
// wrangler.toml is not run.
//
// harness.ts starts this file as the first process of a new process group, so one signal also kills
// workerd. It uses Miniflare without wrangler's test harness: that sends the requests of the Worker
// through node's `fetch`, which rewrites headers, and the tests check what is on the wire.

import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import type { Limits, LimitsReport } from "../../support/limits/limits.ts";
import {
  LIMITED_MAIN, limitedModules, LIMITS_ENTRYPOINT, LIMITS_FLAGS,
} from "../../support/limits/modules.ts";
import { dataset } from "./analytics_plugin.ts";

/** The first message from harness.ts. */
export interface Orders {
  /** The project's directory, which has wrangler.toml. */
  root: string;
  /** The directory that stores KV and the objects. */
  state: string;
  /** Variables that override those of wrangler.toml. `null` removes one. */
  vars: Record<string, string | null>;
  secrets: Record<string, string>;
  /** Whether the static assets are served. */
  assets: boolean;
  /** The `host:port` for data points of Analytics Engine. `null`: no binding. */
  analytics: string | null;
  /** Limits in place of those of the platform. */
  limits: Partial<Limits>;
  /** A Worker's source in place of the bundle. `null`: the bundle. */
  worker: string | null;
}

/** A request from harness.ts. The `Reply` to it has the same number. */
export type Question =
  | { kind: "evict"; class: string; name: string }
  | { kind: "objects"; class: string }
  | { kind: "records"; binding: string; prefix: string }
  | { kind: "put records"; binding: string; records: Record<string, string> }
  | { kind: "scheduled" }
  | { kind: "limits" }
  | { kind: "stop" };

export type Reply = { number: number; value?: unknown; error?: string };

/** The used parts of Miniflare's handles. Its own types need the types of all of Workers. */
interface Records {
  list(options: { prefix: string; cursor?: string }): Promise<{
    keys: { name: string }[];
    list_complete: boolean;
    cursor?: string;
  }>;
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}
interface Scheduled {
  scheduled(event: { cron: string }): Promise<unknown>;
}

/** Returns Miniflare's options for wrangler.toml. Each kind of binding must be listed here. */
function options(orders: Orders) {
  const configPath = join(orders.root, "wrangler.toml");
  const config = readConfig({ config: configPath }, { hideWarnings: true });
  if (config.main === undefined) throw new Error("wrangler.toml names no main module");
  const name = config.name ?? "worker";
  const env: Record<string, unknown> = {};
  const exports: Record<string, unknown> = {};
  for (const { binding } of config.kv_namespaces) env[binding] = { type: "kv", id: binding };
  for (const object of config.durable_objects.bindings) {
    env[object.name] = { type: "durable-object", worker: name, exportName: object.class_name };
    exports[object.class_name] = { type: "durable-object", storage: "sqlite" };
  }
  const assetsBinding = config.assets?.binding;
  if (orders.assets && assetsBinding !== undefined) env[assetsBinding] = { type: "assets" };
  if (orders.analytics !== null) env["ANALYTICS"] = dataset(orders.analytics);
  for (const [key, value] of Object.entries({
    ...config.vars,
    ...orders.vars,
    ...orders.secrets,
  })) {
    if (value === null) continue;
    env[key] = typeof value === "string" ? { type: "text", value } : { type: "json", value };
  }
  for (const key of Object.keys(orders.vars)) if (orders.vars[key] === null) delete env[key];
  return {
    name,
    options: {
      resourcePersistencePath: orders.state,
      unsafeTriggerHandlers: true,
      cf: false,
      workers: [
        {
          config: {
            name,
            compatibilityDate: config.compatibility_date,
            compatibilityFlags: [...config.compatibility_flags, ...LIMITS_FLAGS],
            manifest: {
              mainModule: LIMITED_MAIN,
              modules: modules(orders.worker ?? config.main, orders),
            },
            env,
            exports,
            ...(orders.assets ? { assets: assets(config.assets?.directory) } : {}),
          },
          // Sockets without a proxy: the Worker gets exactly what the test sends.
          dev: {
            unsafeDirectSockets: [
              { host: "127.0.0.1", port: 0 },
              { host: "127.0.0.1", port: 0, entrypoint: LIMITS_ENTRYPOINT },
            ],
          },
        },
      ],
    },
  };
}

/** As in production, assets are served without the Worker, and everything else by the Worker. */
function assets(directory: string | undefined) {
  if (directory === undefined) throw new Error("wrangler.toml names no directory of assets");
  return { directory, hasUserWorker: true };
}

/**
 * Returns the modules of a Worker under the limits: its main module, and of the bundle the two
 * files that worker-build writes beside it.
 */
function modules(main: string, orders: Orders) {
  const limited = limitedModules(main, orders.limits);
  const esm = (contents: string) => ({ type: "esm", contents });
  const files = Object.entries(limited).map(([name, contents]) => [name, esm(contents)] as const);
  if (orders.worker !== null) return Object.fromEntries(files);
  const folder = dirname(main);
  return {
    ...Object.fromEntries(files),
    "index.js": esm(readFileSync(join(folder, "index.js"), "utf8")),
    "index_bg.wasm": { type: "wasm", contents: readFileSync(join(folder, "index_bg.wasm")) },
  };
}

async function serve(orders: Orders): Promise<void> {
  const { name, options: miniflareOptions } = options(orders);
  const miniflare = new Miniflare(
    miniflareOptions as unknown as ConstructorParameters<typeof Miniflare>[0],
  );
  await miniflare.ready;
  const url = await miniflare.unsafeGetDirectURL();

  async function answer(question: Question): Promise<unknown> {
    switch (question.kind) {
      case "evict":
        return miniflare.unsafeEvictDurableObject(name, question.class, { name: question.name });
      case "objects":
        return miniflare.listDurableObjectIds(question.class);
      case "records": {
        const namespace: Records = (await miniflare.getKVNamespace(question.binding)) as never;
        const found: Record<string, string | null> = {};
        let cursor: string | undefined;
        do {
          const page = await namespace.list({
            prefix: question.prefix,
            ...(cursor === undefined ? {} : { cursor }),
          });
          for (const key of page.keys) found[key.name] = await namespace.get(key.name);
          cursor = page.list_complete ? undefined : page.cursor;
        } while (cursor !== undefined);
        return found;
      }
      case "put records": {
        const namespace: Records = (await miniflare.getKVNamespace(question.binding)) as never;
        const records = Object.entries(question.records);
        while (records.length > 0)
          await Promise.all(records.splice(0, 50).map(([key, value]) => namespace.put(key, value)));
        return undefined;
      }
      case "scheduled": {
        const worker: Scheduled = (await miniflare.getWorker()) as never;
        return worker.scheduled({ cron: "* * * * *" });
      }
      case "limits": {
        const url = await miniflare.unsafeGetDirectURL(name, LIMITS_ENTRYPOINT);
        return (await (await fetch(url)).json()) as LimitsReport;
      }
      case "stop":
        return miniflare.dispose();
    }
  }

  // The test process has ended, perhaps by a crash: stop the dispatcher and remove its state.
  process.on("disconnect", () => {
    void miniflare.dispose().finally(() => {
      rmSync(orders.state, { recursive: true, force: true, maxRetries: 5 });
      process.exit(0);
    });
  });
  process.on("message", (message: Question & { number: number }) => {
    answer(message).then(
      (value) => process.send?.({ number: message.number, value } satisfies Reply),
      (error: unknown) =>
        process.send?.({ number: message.number, error: String(error) } satisfies Reply),
    );
  });
  process.send?.({ number: 0, value: url.href } satisfies Reply);
}

process.once("message", (orders: Orders) => {
  serve(orders).catch((error: unknown) => {
    process.send?.({
      number: 0,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } satisfies Reply);
    process.disconnect();
    process.exitCode = 1;
  });
});
