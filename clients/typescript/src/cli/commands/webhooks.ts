// `webhooks webhooks`: the webhooks of the account.

import { Option } from "commander";
import type { Command } from "commander";
import type { CreatedWebhook, Webhook, WebhookCreate, WebhookUpdate } from "../../schema.ts";
import { act, printList } from "../context.ts";
import { UsageError } from "../failures.ts";
import {
  collect, defined, field, header, json, limitOption, wholeNumber,
} from "../options.ts";
import { textOf, type Output } from "../output.ts";

const STATES = ["untried", "healthy", "degraded", "failing", "paused", "off"];

interface Fields {
  eventType?: string[];
  name?: string;
  filter?: unknown;
  timeoutMs?: number;
  maxPerSecond?: number;
  maxInFlight?: number;
  ordered?: boolean;
  header?: Record<string, string>;
  set?: Record<string, unknown>;
}

interface ListOptions {
  state?: string;
  search?: string;
  eventType?: string;
  limit: number;
}

export function addWebhooks(program: Command): void {
  const webhooks = program.command("webhooks").description("the webhooks of the account");
  webhooks.command("list")
    .description("list them, the oldest first")
    .addOption(new Option("--state <state>", "only those in this state").choices(STATES))
    .option("--search <text>", "only those whose name or URL has this text")
    .option("--event-type <type>", "only those that ask for this type")
    .addOption(limitOption())
    .action(act<ListOptions, []>(({ client, out, options }) => {
      const { state, search: q, eventType, limit } = options;
      const pages = client.webhooks.list(defined({ state, q, event_type: eventType }));
      return printList(out, pages, limit, ["ID", "STATE", "TYPES", "NAME", "TARGET"], row);
    }));
  webhooks.command("get").description("show one")
    .argument("<webhook>", "its id")
    .action(act<object, [string]>(async ({ client, out }, id) => show(
      out, await client.webhooks.get(id),
    )));
  addChanges(webhooks);
  webhooks.command("delete").description("delete one: what waits is not sent any more")
    .argument("<webhook>", "its id")
    .action(act<object, [string]>(async ({ client, out }, id) => {
      await client.webhooks.delete(id);
      out.value({ id, deleted: true }, () => out.line(`Webhook ${id} is deleted.`));
    }));
  webhooks.command("rotate-secret").description("put a new signing secret in force, and show it")
    .argument("<webhook>", "its id")
    .option("--secret <secret>", "this one (whsec_…)")
    .option("--grace-seconds <number>", "how long the old one signs too", wholeNumber)
    .action(act<{ secret?: string; graceSeconds?: number }, [string]>(
      async ({ client, out, options }, id) => {
        const { secret, graceSeconds } = options;
        const signing = await client.webhooks.rotateSecret(
          id, defined<unknown>({ signing_secret: secret, grace_seconds: graceSeconds }),
        );
        out.value(signing, () => out.members(signing));
      },
    ));
  webhooks.command("stats").description("show its numbers: what waits, what has arrived")
    .argument("<webhook>", "its id")
    .action(act<object, [string]>(async ({ client, out }, id) => {
      const stats = await client.webhooks.stats(id);
      out.value(stats, () => out.members(stats));
    }));
}

function addChanges(webhooks: Command): void {
  withFields(webhooks.command("create").description("create one, and show its signing secret"))
    .argument("<url>", "where events are sent")
    .option("--secret <secret>", "sign with this secret (whsec_…)")
    .option("--ed25519", "sign with a key pair of Ed25519")
    .action(act<Fields & { secret?: string; ed25519?: boolean }, [string]>(
      async ({ client, out, options }, url) => {
        const webhook = {
          target_url: url,
          ...fieldsOf(options),
          ...defined({
            signing_secret: options.secret,
            signature: options.ed25519 === true ? "ed25519" : undefined,
          }),
        };
        show(out, await client.webhooks.create(webhook as WebhookCreate));
      },
    ));
  withFields(webhooks.command("update").description("change what is given, and keep the rest"))
    .argument("<webhook>", "its id")
    .option("--target <url>", "where events are sent")
    .option("--activate", "switch it on")
    .option("--pause", "switch it off")
    .action(act<Fields & { target?: string; activate?: boolean; pause?: boolean }, [string]>(
      async ({ client, out, options }, id) => {
        const { target, activate, pause } = options;
        if (activate && pause) throw new UsageError("--activate and --pause exclude each other.");
        const active = activate === true ? true : pause === true ? false : undefined;
        const changes = {
          ...fieldsOf(options), ...defined<unknown>({ target_url: target, active }),
        };
        if (Object.keys(changes).length === 0)
          throw new UsageError("There is nothing to change: webhooks webhooks update --help");
        show(out, await client.webhooks.update(id, changes as WebhookUpdate));
      },
    ));
}

/** Adds the options for the fields of a webhook. */
function withFields(command: Command): Command {
  return command
    .option("--event-type <type>", "events of this type; again for more, COURSE_* for all", collect)
    .option("--name <text>", "what you call it")
    .option("--filter <json>", "only events with this content", json)
    .option("--timeout-ms <number>", "the longest time of an attempt", wholeNumber)
    .option("--max-per-second <number>", "at most so many in a second", wholeNumber)
    .option("--max-in-flight <number>", "at most so many at a time", wholeNumber)
    .option("--ordered", "in the order of publication, one at a time")
    .option("--header <line>", '"Name: value", sent with each event; again for more', header)
    .option("--set <field=value>", "any other field of the API, as retry={\"limit\":3}", field);
}

/** Returns the fields of the API that the options set. */
function fieldsOf(options: Fields): Record<string, unknown> {
  return {
    ...defined<unknown>({
      event_types: options.eventType,
      name: options.name,
      filter: options.filter,
      timeout_ms: options.timeoutMs,
      max_per_second: options.maxPerSecond,
      max_in_flight: options.maxInFlight,
      ordered: options.ordered,
      additional_headers: options.header,
    }),
    ...options.set,
  };
}

function show(out: Output, webhook: Webhook | CreatedWebhook): void {
  out.value(webhook, () => {
    out.members(webhook);
    if ("signing_secret" in webhook) out.note("The signing secret is shown this once.");
  });
}

function row({ id, state, event_type: type, event_types: types, name, target_url: url }: Webhook) {
  const asked = type ?? (types.length === 0 ? "all" : types.join(","));
  return [id, state, asked, textOf(name), url];
}
