// The module that the platform loads; the build puts it beside the compiled Worker.
//
// What is compiled is wrapped in proxies, which begin its instance anew after a trap. Two things
// are done without them, since every event would pay for them (docs/DECISIONS.md): requests go to
// the handler itself while nothing has failed, and objects are held by a DurableObject, since the
// runtime lets methods be called by name of no other class.

import { DurableObject } from "cloudflare:workers";
import * as compiled from "./index.js";

/** Whether a trap has ended the instance: what the proxies go by. */
const life = globalThis.__worker_init_state;
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

const object = (Compiled) =>
  class extends DurableObject {
    #compiled;

    constructor(state, env) {
      super(state, env);
      this.#compiled = new Compiled(state, env);
    }

    /** Answers a call with a text, or with nothing if it cannot. */
    call(path, body) {
      return this.#compiled.call(path, body);
    }

    alarm(info) {
      return this.#compiled.alarm(info);
    }
  };

export const AccountObject = object(compiled.AccountObject);
export const WebhookObject = object(compiled.WebhookObject);
