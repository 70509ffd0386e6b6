// What a tool of `webhooks mcp` is.

import type { WebhookDispatcher } from "../../client.ts";
import type { CallOptions } from "../../transport.ts";
import type { Answer } from "./answers.ts";

/** The JSON Schema of a tool's arguments. */
export interface Input {
  type: "object";
  properties: Record<string, object>;
  required: string[];
  additionalProperties: false;
}

/** What hosts are told of a tool, so that they know when to ask the user first. */
export interface Hints {
  readOnlyHint: boolean;
  /** Whether something that was there is overwritten. */
  destructiveHint: boolean;
  /** Whether the same call once more changes nothing. */
  idempotentHint: boolean;
  /** Whether something reaches the servers of others. */
  openWorldHint: boolean;
}

export interface Tool<Given = never> {
  name: string;
  title: string;
  description: string;
  input: Input;
  hints: Hints;
  /** Makes the call. `options` end it when the host has cancelled it. */
  run(client: WebhookDispatcher, given: Given, options: CallOptions): Promise<Answer>;
}

/** Returns the tool, whose arguments have been compared with its input when it runs. */
export const tool = <Given>(one: Tool<Given>): Tool => one as Tool;
