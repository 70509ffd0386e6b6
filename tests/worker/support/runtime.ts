// One dispatcher in a process of its own: the built bundle in workerd, with the bindings of
// wrangler.toml.
//
// harness.ts starts this file as the head of a new process group, so that one signal to the group
// is a power cut for workerd too. Miniflare is used without wrangler's test harness for one reason:
// that harness sends the Worker's outbound requests through node's `fetch`, which rewrites headers
// and follows its own rules, and these tests are about what is on the wire. The Rust build command
// of wrangler.toml is never run.

import { readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Miniflare } from "miniflare";
import { unstable_readConfig as readConfig } from "wrangler";
import { dataset } from "./analytics_plugin.ts";

/** What harness.ts hands over as its first message. */
export interface Orders {
  /** The project's directory: where wrangler.toml is. */
  root: string;
  /** Where KV and the objects are stored. */
  state: string;
  /** Variables, over those of wrangler.toml; `null` takes one away. */
  vars: Record<string, string | null>;
  secrets: Record<string, string>;
  /** Whether the static assets are served too. */
  assets: boolean;
  /** Where data points for Analytics Engine go, `host:port`; without it there is no binding. */
  analytics: string | null;
}

/** A question from harness.ts, answered by `Reply` with the same number. */
export type Question =
  | { kind: "evict"; class: string; name: string }
  | { kind: "objects"; class: string }
  | { kind: "object id"; binding: string; name: string }
  | { kind: "records"; binding: string; prefix: string }
  | { kind: "put records"; binding: string; records: Record<string, string> }
  | { kind: "scheduled" }
  | { kind: "stop" };

export type Reply = { number: number; value?: unknown; fault?: string };

/**
 * The parts of Miniflare's handles that are used here; its own types want the whole Workers
 * library.
 */
interface Namespace {
  idFromName(name: string): { toString(): string };
}
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

/**
 * The bindings of wrangler.toml as Miniflare wants them. A kind of binding that is new here must be
 * added here.
 */
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
            compatibilityFlags: config.compatibility_flags,
            manifest: { mainModule: basename(config.main), modules: modules(config.main) },
            env,
            exports,
            ...(orders.assets ? { assets: assets(config.assets?.directory) } : {}),
          },
          // A socket straight to the Worker: what arrives there is what the test sent.
          dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
        },
      ],
    },
  };
}

/** As in production: an asset is served without asking the Worker, all else by the Worker. */
function assets(directory: string | undefined) {
  if (directory === undefined) throw new Error("wrangler.toml names no directory of assets");
  return { directory, hasUserWorker: true };
}

/** The main module, and the two files that worker-build writes beside it. */
function modules(main: string) {
  const folder = dirname(main);
  return {
    [basename(main)]: { type: "esm", contents: readFileSync(main, "utf8") },
    "index.js": { type: "esm", contents: readFileSync(join(folder, "index.js"), "utf8") },
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
      case "object id": {
        const namespace: Namespace = (await miniflare.getDurableObjectNamespace(
          question.binding,
        )) as never;
        return namespace.idFromName(question.name).toString();
      }
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
      case "stop":
        return miniflare.dispose();
    }
  }

  // A test process that dies, however it dies, takes its dispatcher along, and the state that
  // nobody will look at.
  process.on("disconnect", () => {
    void miniflare.dispose().finally(() => {
      rmSync(orders.state, { recursive: true, force: true, maxRetries: 5 });
      process.exit(0);
    });
  });
  process.on("message", (message: Question & { number: number }) => {
    answer(message).then(
      (value) => process.send?.({ number: message.number, value } satisfies Reply),
      (fault: unknown) =>
        process.send?.({ number: message.number, fault: String(fault) } satisfies Reply),
    );
  });
  process.send?.({ number: 0, value: url.href } satisfies Reply);
}

process.once("message", (orders: Orders) => {
  serve(orders).catch((fault: unknown) => {
    process.send?.({
      number: 0,
      fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault),
    });
    process.disconnect();
    process.exitCode = 1;
  });
});
