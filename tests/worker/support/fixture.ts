// The set-up that most test files share: a receiver, one dispatcher or several, and accounts with a
// webhook.

import { after } from "node:test";
import type { NewWebhook, Webhook } from "./api.ts";
import { event } from "./events.ts";
import { must, start, type Account, type Dispatcher, type Settings } from "./harness.ts";
import { Receiver, type Mailbox, type Step } from "./receiver.ts";

export interface Fixture<All extends Settings[]> {
  receiver: Receiver;
  /** The first dispatcher; there is none if no settings were given. */
  dispatcher: { [Index in keyof All]: Dispatcher }[0];
  /** One dispatcher for each of the settings, in their order. */
  dispatchers: { [Index in keyof All]: Dispatcher };
  /** Starts one more dispatcher. */
  startDispatcher(settings?: Settings): Promise<Dispatcher>;
  /** Creates an account with one webhook whose target is a mailbox of the receiver. */
  subscribe(subscription?: Subscription): Promise<Subscriber>;
}

export interface Subscription {
  /** What the mailbox answers, in order; the last answer is repeated. 200 if left out. */
  answers?: Step[];
  /** Fields of the webhook besides its target. */
  webhook?: Omit<NewWebhook, "target_url">;
  /** The dispatcher with the account; the first one if left out. */
  dispatcher?: Dispatcher;
}

export interface Subscriber {
  account: Account;
  mailbox: Mailbox;
  /** The webhook as it reads after its creation. */
  webhook: Webhook;
  /** The signing secret, which only the creation shows; undefined for Ed25519. */
  secret: string;
  /** The webhook's id. */
  id: string;
  /** The webhook's path in the API. */
  path: string;
  /** Publishes an event with this mark, which must be accepted, and returns the event's id. */
  publish(mark: string): Promise<string>;
}

/**
 * Starts a receiver and one dispatcher for each of the settings: `fixture({})` starts one with the
 * defaults. All of them are stopped after the last test of the file.
 */
export async function fixture<const All extends Settings[]>(
  ...settings: All
): Promise<Fixture<All>> {
  const receiver = await Receiver.listen();
  const running: Dispatcher[] = [];
  after(async () => {
    await receiver.close();
    await Promise.all(running.map((dispatcher) => dispatcher.stop()));
  });
  const startDispatcher = async (one?: Settings) => {
    const dispatcher = await start(one);
    running.push(dispatcher);
    return dispatcher;
  };
  const dispatchers = await Promise.all(settings.map((one) => startDispatcher(one)));
  const subscribe = async (subscription: Subscription = {}): Promise<Subscriber> => {
    const dispatcher = subscription.dispatcher ?? dispatchers[0];
    if (dispatcher === undefined) throw new Error("the fixture has no dispatcher: name one");
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox(...(subscription.answers ?? []));
    const body = { target_url: mailbox.url, ...subscription.webhook };
    const created = must(201, await account.api.post("/v1/webhooks", body)).json;
    const { signing_secret: secret, ...webhook } = created;
    const publish = async (mark: string) =>
      must(202, await account.api.post("/v1/events", event(mark))).json.id;
    const path = `/v1/webhooks/${webhook.id}`;
    return { account, mailbox, webhook, secret, id: webhook.id, path, publish };
  };
  return {
    receiver,
    dispatcher: dispatchers[0],
    dispatchers,
    startDispatcher,
    subscribe,
  } as unknown as Fixture<All>;
}
