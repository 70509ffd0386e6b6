// The module that the platform loads; the build puts it beside the compiled Worker.
//
// worker-build wraps the compiled classes in proxies, which restart the WebAssembly instance after
// a trap. This module differs from worker-build's own entry in two points, which make every event
// cheaper (docs/DECISIONS.md). While no trap has occurred, requests go straight to the handler
// instead of through the proxies. Each object is wrapped in a subclass of DurableObject, because
// the runtime allows calls by method name only on such a class.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import * as compiled from "./index.js";

/**
 * The state of the proxies: `criticalError` is true from a trap until the instance is restarted.
 */
const life = globalThis.__worker_init_state;
if (typeof life?.criticalError !== "boolean") {
  throw new Error("worker-build has no __worker_init_state any more: src/main.js has to follow it");
}
const handlers = compiled.default.prototype;

export default {
  fetch(request, env, ctx) {
    if (life.criticalError) return new compiled.default(ctx, env).fetch(request);
    return handlers.fetch.call({ env, ctx }, request);
  },

  scheduled(event, env, ctx) {
    return new compiled.default(ctx, env).scheduled(event);
  },
};

/**
 * Makes attempts in an invocation of its own. Objects and requests start it through the loopback
 * binding `ctx.exports.Courier`.
 */
export class Courier extends WorkerEntrypoint {
  /** Takes attempts and makes them after this answer. Answers whether it has taken them. */
  run(order) {
    const { env, ctx } = this;
    if (life.criticalError) return new compiled.default(ctx, env).courier(order, env, ctx);
    return handlers.courier(order, env, ctx);
  }
}

const object = (Compiled) =>
  class extends DurableObject {
    constructor(state, env) {
      super(state, env);
      // A property of the instance cannot be called from outside.
      this.compiled = new Compiled(state, env);
    }

    /** Answers a call with a string or a promise of one; `undefined` means that the call failed. */
    call(path, body) {
      return this.compiled.call(path, body);
    }

    alarm(info) {
      return this.compiled.alarm(info);
    }
  };

export const AccountObject = object(compiled.AccountObject);

/** The object of a webhook. Its client is connected to that of a listener. */
export class WebhookObject extends object(compiled.WebhookObject) {
  /** Accepts the client of a listener, or passes a delivery on to it. */
  fetch(request) {
    return this.compiled.answer(request);
  }

  webSocketMessage(socket, message) {
    return this.compiled.hear(socket, message);
  }

  webSocketClose(socket) {
    return this.compiled.endConnection(socket);
  }

  webSocketError(socket) {
    return this.compiled.endConnection(socket);
  }
}
