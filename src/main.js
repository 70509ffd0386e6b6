// The module that the platform loads; the build puts it beside the compiled Worker.
//
// The runtime lets the methods of an object be called by name only if its class is a DurableObject.
// What is compiled from Rust is none, so it is held by one. Every event makes three calls; requests
// in their place would take about a sixth more CPU time in all (docs/DECISIONS.md).

import { DurableObject } from "cloudflare:workers";
import * as compiled from "./index.js";

export default compiled.default;

const object = (Compiled) =>
  class extends DurableObject {
    #compiled;

    constructor(state, env) {
      super(state, env);
      this.#compiled = new Compiled(state, env);
    }

    /** Answers a call with bytes, or with nothing if it cannot. */
    call(path, body) {
      return this.#compiled.call(path, body);
    }

    alarm(info) {
      return this.#compiled.alarm(info);
    }
  };

export const AccountObject = object(compiled.AccountObject);
export const WebhookObject = object(compiled.WebhookObject);
