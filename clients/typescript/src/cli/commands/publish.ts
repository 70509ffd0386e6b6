// `webhooks publish`: publishes an event, or a file of events.

import type { Command } from "commander";
import type { NewEvent } from "../../client.ts";
import type { BatchItem, PublishedEvent } from "../../schema.ts";
import { act, type Context } from "../context.ts";
import { FailedOutcome, UsageError } from "../failures.ts";
import { defined, textFrom } from "../options.ts";
import type { Output } from "../output.ts";

interface Options {
  data?: string;
  batch?: string;
  idempotencyKey?: string;
  traceparent?: string;
  tracestate?: string;
}

const ACCEPTED = 202;

export function addPublish(program: Command): void {
  program.command("publish")
    .summary("publish an event, or a file of events")
    .description(
      "Publishes an event of TYPE with the members of --data. 0 webhooks is a success: nobody " +
        "subscribed to it.",
    )
    .argument("[type]", "the event type, unless it is in --data")
    .option("-d, --data <json>", "the event as JSON, @FILE or - for stdin")
    .option("--batch <file>", "publish the events of this file instead, one of JSON in a line")
    .option("--idempotency-key <key>", "publishes nothing again that was with this key")
    .option("--traceparent <value>", "the trace that the event belongs to")
    .option("--tracestate <value>", "more on the trace")
    .action(act<Options, [string | undefined]>(publish));
}

async function publish(context: Context<Options>, type: string | undefined): Promise<void> {
  const { client, out, options } = context;
  if (options.batch !== undefined) return publishBatch(context, type, options.batch);
  const { idempotencyKey, traceparent, tracestate } = options;
  const event = eventOf(await textFrom(options.data ?? "{}"), type);
  const published = await client.publish(
    event, defined({ idempotencyKey, traceparent, tracestate }),
  );
  out.value(published, () => showPublished(out, published));
}

function showPublished(out: Output, published: PublishedEvent): void {
  const { id, event_type: type, webhooks, held, refused = [] } = published;
  const webhooksText = webhooks === 1 ? "1 webhook" : `${webhooks} webhooks`;
  const heldText = held === undefined ? "" : `, held by ${held}`;
  out.line(`${id}  ${out.paint("bold", type)}  to ${webhooksText}${heldText}`);
  for (const { webhook, reason } of refused)
    out.note(`Refused by webhook ${webhook}: its ${reason} is full.`);
}

async function publishBatch(
  { client, out, options }: Context<Options>,
  type: string | undefined,
  file: string,
): Promise<void> {
  if (options.data !== undefined) throw new UsageError("--batch and --data exclude each other.");
  if (options.traceparent !== undefined || options.tracestate !== undefined)
    throw new UsageError("--traceparent and --tracestate are for a single event.");
  const text = await textFrom(file === "-" ? file : `@${file}`);
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const events = lines.map((line, index) => eventOf(line, type, `event ${index + 1}: `));
  const { idempotencyKey } = options;
  const items = await client.publishBatch(events, defined({ idempotencyKey }));
  const failed = items.filter(({ status }) => status !== ACCEPTED).length;
  for (const [index, item] of items.entries()) out.value(item, () => showItem(out, index, item));
  if (failed > 0) throw new FailedOutcome(`${failed} of ${items.length} were not published`);
}

function showItem(out: Output, index: number, item: BatchItem): void {
  if (item.status === ACCEPTED) return showPublished(out, item as PublishedEvent);
  const { status, ...rest } = item;
  const told = "detail" in rest && typeof rest.detail === "string"
    ? rest.detail
    : JSON.stringify(rest);
  out.line(`${out.paint("red", `event ${index + 1} was refused (${status})`)}: ${told}`);
}

/** Reads an event. `type` is that of the command line, which must not contradict it. */
function eventOf(text: string, type: string | undefined, where = ""): NewEvent {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${where}the data is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${where}the data is not a JSON object.`);
  const event = value as { event_type?: unknown };
  const named = event.event_type;
  if (type !== undefined && named !== undefined && named !== type)
    throw new UsageError(`${where}the data has the event_type ${String(named)}, not ${type}.`);
  const found = type ?? named;
  if (typeof found !== "string")
    throw new UsageError(`${where}there is no event type: webhooks publish TYPE --data JSON`);
  return { event_type: found, ...event } as NewEvent;
}
