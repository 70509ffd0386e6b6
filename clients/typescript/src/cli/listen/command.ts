// `webhooks listen`: a temporary webhook whose receiver is this machine, for any dispatcher.

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { WebhookDispatcher } from "../../client.ts";
import { NotFound } from "../../errors.ts";
import { check } from "../../receive/signature.ts";
import { act, type Context } from "../context.ts";
import { FailedOutcome, UsageError } from "../failures.ts";
import { collect, field, json, wholeNumber } from "../options.ts";
import { checkedUrl } from "../settings.ts";
import { Connection } from "./connection.ts";
import { forward } from "./forward.ts";
import type { Delivery, Ready, Reply } from "./frames.ts";
import { Show } from "./show.ts";

interface Options {
  forward?: string;
  eventType?: string[];
  filter?: unknown;
  name?: string;
  timeoutMs?: number;
  ordered?: boolean;
  set?: Record<string, unknown>;
  secret?: string;
  body?: boolean;
}

/** The exit codes of commands that a signal ends. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** The events whose attempts are counted. */
const COUNTED_EVENTS = 10_000;
const DEACTIVATION_MS = 5_000;
const POLL_MS = 200;

export function addListen(program: Command): void {
  program.command("listen")
    .summary("bring deliveries to this machine, without a tunnel")
    .description(
      "Makes a temporary webhook, shows what it receives, and passes it on to a server on this " +
        "machine, whose answers count as those of any receiver. Ctrl-C ends it.",
    )
    .option("--forward <url>", "pass each delivery on to this URL (else it is answered with 204)")
    .option("--event-type <type>", "events of this type; again for more, COURSE_* for all", collect)
    .option("--filter <json>", "only events with this content", json)
    .option("--name <text>", "what the webhook is called")
    .option("--timeout-ms <number>", "the longest time for an answer", wholeNumber)
    .option("--ordered", "in the order of publication, one at a time")
    .option("--set <field=value>", "any other field of the webhook, as max_in_flight=1", field)
    .option("--secret <secret>", "sign with this secret (whsec_…), else with a new one")
    .option("--body", "show the body of each delivery")
    .action(act<Options, []>(listen));
}

async function listen(context: Context<Options>): Promise<void> {
  const { settings, out, options } = context;
  const target = options.forward === undefined
    ? undefined
    : new URL(checkedUrl("--forward", options.forward));
  const show = new Show(out);
  const listener = new Listener(context, show, target);
  const connection = new Connection(settings, fieldsOf(options), options.secret, {
    deliver: (delivery, signal) => listener.deliver(delivery, signal),
    ready: (ready, isFirst) => listener.ready(ready, isFirst),
    reachable: (isReachable) => show.note(isReachable
      ? "The dispatcher answers again."
      : "The dispatcher does not answer; waiting…"),
  });
  endOnSignals(connection, show, listener);
  const reason = await connection.run();
  // Ended by a signal, whose handler ends the process.
  if (reason === undefined) return new Promise(() => undefined);
  show.end(reason);
  throw new FailedOutcome(reason);
}

/** Returns the fields of the webhook as a form. */
function fieldsOf(options: Options): URLSearchParams {
  const { eventType, filter, name, timeoutMs, ordered, set } = options;
  const fields = {
    event_types: eventType, filter, name, timeout_ms: timeoutMs, ordered, ...set,
  };
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(fields)) {
    if (key === "signing_secret") throw new UsageError("Give the secret with --secret.");
    if (value === undefined) continue;
    form.set(key, typeof value === "string" ? value : JSON.stringify(value));
  }
  return form;
}

/** Ends the webhook and this process at the first signal; at the second Ctrl-C at once. */
function endOnSignals(connection: Connection, show: Show, listener: Listener): void {
  // A program that started this one with a channel has ended, perhaps by a crash.
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  let isEnding = false;
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, async () => {
      if (isEnding) {
        if (signal === "SIGINT") process.exit(code);
        return;
      }
      isEnding = true;
      const isRemoved = await connection.end().catch(() => false);
      if (listener.id !== "") show.end(isRemoved
        ? "The webhook is removed."
        : `The webhook ${listener.id} ends by itself within a minute or two.`);
      process.exit(code);
    });
  }
}

/** Answers the deliveries of one run. */
class Listener {
  /** The id of the webhook; blank until it is ready. */
  id = "";
  readonly #client: WebhookDispatcher;
  readonly #options: Options;
  readonly #url: string;
  readonly #show: Show;
  readonly #target: URL | undefined;
  readonly #attempts = new Map<string, number>();
  #key: string | undefined;
  #reactivation: Promise<void> | undefined;

  constructor(
    { client, options, settings }: Context<Options>,
    show: Show,
    target: URL | undefined,
  ) {
    this.#client = client;
    this.#options = options;
    this.#url = settings.url;
    this.#show = show;
    this.#target = target;
  }

  ready(ready: Ready, isFirst: boolean): void {
    this.id = ready.webhook_id;
    this.#key = ready.signing_secret ?? ready.signing_public_key ?? this.#key;
    if (!isFirst)
      this.#show.note(
        `The webhook had ended. ${this.id} takes its place; what was published in between is lost.`,
      );
    const types = this.#options.eventType ?? [];
    if (isFirst || this.#options.secret === undefined) this.#show.start({
      url: this.#url, types, id: this.id, key: this.#key, target: this.#target?.href,
    });
  }

  /** Passes a delivery on, and shows what came of it. */
  async deliver(delivery: Delivery, signal: AbortSignal): Promise<Reply> {
    const at = new Date();
    const start = performance.now();
    const id = headerOf(delivery, "webhook-id");
    const attempt = this.#countAttempt(id);
    const signatureError = await this.#signatureError(delivery);
    const reply: Reply = this.#target === undefined
      ? { status: 204, headers: [], body: "" }
      : await forward(this.#target, delivery, signal);
    this.#show.delivery({
      at, id, attempt, signatureError, reply,
      type: typeOf(delivery.body),
      durationMs: Math.round(performance.now() - start),
      body: this.#options.body === true ? delivery.body : undefined,
    });
    if ("status" in reply && reply.status >= 400 && reply.status < 500)
      this.#reactivation ??= this.#reactivate().finally(() => this.#reactivation = undefined);
    return reply;
  }

  #countAttempt(id: string): number {
    const attempt = (this.#attempts.get(id) ?? 0) + 1;
    this.#attempts.set(id, attempt);
    const [oldest] = this.#attempts.keys();
    if (this.#attempts.size > COUNTED_EVENTS) this.#attempts.delete(oldest!);
    return attempt;
  }

  /** Returns why the signature is not good, or undefined for a good one. */
  async #signatureError(delivery: Delivery): Promise<string | undefined> {
    try {
      await check(this.#key === undefined ? [] : [this.#key], {
        id: headerOf(delivery, "webhook-id"),
        timestamp: headerOf(delivery, "webhook-timestamp"),
        signature: headerOf(delivery, "webhook-signature"),
      }, delivery.body);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Waits until the dispatcher has switched the webhook off, then switches it on again. */
  async #reactivate(): Promise<void> {
    const { webhooks } = this.#client;
    const deadline = Date.now() + DEACTIVATION_MS;
    try {
      while ((await webhooks.get(this.id)).active) {
        if (Date.now() > deadline) return;
        await sleep(POLL_MS);
      }
      await webhooks.update(this.id, { active: true });
      this.#show.note("The webhook was switched off and is on again.");
    } catch (error) {
      if (error instanceof NotFound) return;
      this.#show.note(`The webhook could not be switched on again: ${(error as Error).message}`);
    }
  }
}

const headerOf = ({ headers }: Delivery, name: string): string =>
  headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";

function typeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { event_type?: unknown }).event_type ?? "?");
  } catch {
    return "?";
  }
}
