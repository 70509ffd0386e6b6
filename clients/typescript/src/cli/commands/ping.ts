// `webhooks ping`: tests the address and the key, or one webhook.

import type { Command } from "commander";
import { act, type Context } from "../context.ts";
import { FailedOutcome, UsageError } from "../failures.ts";
import { defined } from "../options.ts";

interface Options {
  eventType?: string;
}

export function addPing(program: Command): void {
  program.command("ping")
    .summary("test the key, or a webhook")
    .description(
      "Without a webhook: tests the address and the API key, and shows what the key may do. " +
        "With one: sends it a test event and shows the answer; exit code 1 if it is no success.",
    )
    .argument("[webhook]", "its id")
    .option("--event-type <type>", "send the sample of this type instead of a PING")
    .action(act<Options, [string | undefined]>(ping));
}

async function ping(context: Context<Options>, id: string | undefined): Promise<void> {
  const { client, out, options } = context;
  if (id === undefined) {
    if (options.eventType !== undefined) throw new UsageError("--event-type needs a webhook.");
    const key = await client.ping();
    return out.value(key, () => out.members(key));
  }
  const result = await client.webhooks.ping(id, defined({ eventType: options.eventType }));
  out.value(result, ({ succeeded, message, answer, duration_ms: duration, event_id: event }) => {
    out.line(out.paint(succeeded ? "green" : "red", message));
    out.members({ event, duration: `${duration} ms`, answer: answer ?? undefined });
  });
  if (!result.succeeded) throw new FailedOutcome(result.message);
}
