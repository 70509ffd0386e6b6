// `webhooks deliveries`, `resend` and `recover`: what became of events, and sending them again.

import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { Delivery, DeliveryDetail, Recovery } from "../../schema.ts";
import { act, printList, type Context } from "../context.ts";
import { FailedOutcome, UsageError } from "../failures.ts";
import {
  defined, deliveryFilters, limitOption, missedOption, withDeliveryOptions, type DeliveryOptions,
} from "../options.ts";
import { textOf, type Output } from "../output.ts";

const POLL_MS = 500;

export function addDeliveries(program: Command): void {
  const deliveries = program.command("deliveries").description("what became of events");
  withDeliveryOptions(deliveries.command("list")
    .description("list those of a webhook, the newest first"))
    .argument("<webhook>", "its id")
    .addOption(limitOption())
    .action(act<DeliveryOptions & { limit: number }, [string]>(
      ({ client, out, options }, id) => {
        const pages = client.deliveries.list(id, deliveryFilters(options));
        const heads = ["EVENT", "TYPE", "STATUS", "ATTEMPTS", "ANSWER", "ACCEPTED"];
        return printList(out, pages, options.limit, heads, row);
      },
    ));
  deliveries.command("get").description("show one with every attempt")
    .argument("<webhook>", "its id").argument("<event>", "its id")
    .action(act<object, [string, string]>(async ({ client, out }, id, event) => {
      out.value(await client.deliveries.get(id, event), (found) => showDetail(out, found));
    }));
  deliveries.command("event").description("show where an event went")
    .argument("<event>", "its id")
    .action(act<object, [string]>(async ({ client, out }, id) => {
      const event = await client.events.get(id);
      const heads = ["WEBHOOK", "TYPE", "STATUS", "ATTEMPTS", "ANSWER", "ACCEPTED"];
      out.value(event, () => out.table(heads, event.deliveries.map((delivery) => [
        delivery.webhook, ...row(delivery).slice(1),
      ])));
    }));
  deliveries.command("request").description("show the POST of the latest attempt")
    .argument("<webhook>", "its id").argument("<event>", "its id")
    .action(act<object, [string, string]>(async ({ client, out }, id, event) => {
      const request = await client.deliveries.request(id, event);
      out.value(request, ({ method, url, headers, body }) => {
        out.line(`${method} ${url}`);
        for (const [name, value] of Object.entries(headers)) out.line(`${name}: ${value}`);
        out.line(`\n${body ?? "(the body is not kept)"}`);
      });
    }));
  deliveries.command("skip").description("give up one that waits or is on its way")
    .argument("<webhook>", "its id").argument("<event>", "its id")
    .action(act<object, [string, string]>(async ({ client, out }, id, event) => {
      const delivery = await client.deliveries.skip(id, event);
      out.value(delivery, () => out.line(`${event} is skipped. It can be resent.`));
    }));
  withDeliveryOptions(deliveries.command("export")
    .description("write those of a webhook to stdout: JSON lines, or CSV"))
    .argument("<webhook>", "its id")
    .option("--csv", "as CSV")
    .action(act<DeliveryOptions & { csv?: boolean }, [string]>(exportAll));
}

async function exportAll(
  { client, out, options }: Context<DeliveryOptions & { csv?: boolean }>,
  id: string,
): Promise<void> {
  const filters = deliveryFilters(options);
  if (options.csv === true) {
    if (out.isJson) throw new UsageError("--csv and --json exclude each other.");
    for await (const piece of client.deliveries.exportCsv(id, filters)) await write(piece);
    return;
  }
  for await (const delivery of client.deliveries.exportJsonLines(id, filters))
    await write(`${JSON.stringify(delivery)}\n`);
}

/** Writes to stdout, no faster than its reader reads. */
async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}

export function addResend(program: Command): void {
  withDeliveryOptions(program.command("resend")
    .summary("send deliveries again")
    .description("Sends one delivery again, or all that the options find (one option at least)."))
    .argument("<webhook>", "its id").argument("[event]", "the id of one event")
    .action(act<DeliveryOptions, [string, string | undefined]>(
      async ({ client, out, options }, id, event) => {
        const filters = deliveryFilters(options);
        const isFiltered = Object.keys(filters).length > 0;
        if (event === undefined) {
          if (!isFiltered)
            throw new UsageError("Name an event, or say which ones: --status, --after, …");
          const result = await client.deliveries.resendMany(id, filters);
          return out.value(result, ({ resent }) => out.line(`${resent} are sent again.`));
        }
        if (isFiltered) throw new UsageError("With an event there can be no other options.");
        const delivery = await client.deliveries.resend(id, event);
        out.value(delivery, () => out.line(`${event} is sent again.`));
      },
    ));
}

interface RecoverOptions {
  since?: string;
  status?: string;
  httpStatus?: string;
  fault?: string;
  show?: boolean;
  wait?: boolean;
}

export function addRecover(program: Command): void {
  program.command("recover")
    .summary("deliver what was missed")
    .description("Delivers what was held or undelivered, in the order of publication.")
    .argument("<webhook>", "its id")
    .option("--since <time>", "only what was accepted at this time or later (RFC 3339)")
    .addOption(missedOption())
    .option("--http-status <code>", "only those answered so at last: 503, or 5xx")
    .option("--fault <fault>", "only those whose latest attempt failed so")
    .option("--show", "begin nothing, and show how far the latest recovery is")
    .option("--wait", "wait until it has ended; exit code 1 if it was stopped")
    .action(act<RecoverOptions, [string]>(recover));
}

async function recover(context: Context<RecoverOptions>, id: string): Promise<void> {
  const { client, out, options } = context;
  const { since, status, httpStatus, fault, show = false, wait = false } = options;
  const what = defined({ since, status, http_status_code: httpStatus, fault });
  if (show && Object.keys(what).length > 0)
    throw new UsageError("--show begins nothing, so it takes no other options but --wait.");
  let recovery: Recovery = show
    ? await client.webhooks.recovery(id)
    : await client.webhooks.recover(id, what);
  while (wait && recovery.state === "running") {
    await sleep(POLL_MS);
    recovery = await client.webhooks.recovery(id);
  }
  out.value(recovery, () => out.members(recovery));
  if (wait && recovery.state === "stopped")
    throw new FailedOutcome("the recovery was stopped: the webhook was switched off");
}

function row(delivery: Delivery): string[] {
  const { event_id: id, event_type: type, status, try_count: tries, accepted_at: at } = delivery;
  const { http_status_code: code, fault } = delivery;
  const answer = [code, fault].filter((part) => part !== null).join(" ");
  return [id, type, status, String(tries), textOf(answer), at];
}

function showDetail(out: Output, { tries, ...delivery }: DeliveryDetail): void {
  out.members(delivery);
  if (tries.length === 0) return;
  out.line();
  out.table(["ATTEMPT", "TIME", "STATUS", "FAULT", "CAUSE"], tries.map((attempt) => [
    attempt.at, `${attempt.duration_ms} ms`, textOf(attempt.http_status_code),
    textOf(attempt.fault), attempt.cause,
  ]));
}
