// What the tests of listeners share: an account whose listener passes deliveries on to a mailbox.

import type { Fixture } from "./fixture.ts";
import { must, type Account, type Dispatcher, type Settings } from "./harness.ts";
import { listen, type ListenOptions, type Listener } from "./listener.ts";
import type { Mailbox, Step } from "./receiver.ts";
import { event } from "./events.ts";
import { until } from "./wait.ts";

export interface Listening {
  account: Account;
  listener: Listener;
  /** The webhook's id. */
  id: string;
  /** The webhook's path in the API. */
  path: string;
  /** The server behind the client, unless `to` names another one. */
  mailbox: Mailbox;
  /** Connects once more, as the same listener unless the options have a query. */
  again(options?: Partial<ListenOptions>): Promise<Listener>;
  /** Publishes an event with this mark, which must be accepted, and returns the event's id. */
  publish(mark: string): Promise<string>;
  /** Waits until a delivery meets the condition, and returns it. */
  delivery(eventId: string, condition: (delivery: any) => boolean): Promise<any>;
}

type Options = Partial<ListenOptions> & {
  /** What the mailbox answers. */
  answers?: Step[];
  account?: Account;
  dispatcher?: Dispatcher;
};

/** Returns a function that creates an account, if none is given, and connects its listener. */
export function listening<All extends Settings[]>({ dispatcher: first, receiver }: Fixture<All>) {
  return async (options: Options = {}): Promise<Listening> => {
    const dispatcher = options.dispatcher ?? (first as Dispatcher);
    const account = options.account ?? (await dispatcher.account());
    const mailbox = receiver.mailbox(...(options.answers ?? []));
    const connect = (more: Partial<ListenOptions>) =>
      listen(dispatcher.url, account.key, { to: mailbox.url, ...more });
    const listener = await connect(options);
    const { id } = listener;
    const path = `/v1/webhooks/${id}`;
    return {
      account, listener, id, path, mailbox,
      again: (more = {}) => connect({ query: `webhook_id=${id}`, ...more }),
      publish: async (mark) => must(202, await account.api.post("/v1/events", event(mark))).json.id,
      delivery: (eventId, condition) => {
        let last: any;
        return until(() => `the delivery; it is ${JSON.stringify(last)}`, async () => {
          last = must(200, await account.api.get(`${path}/deliveries/${eventId}`)).json;
          return condition(last) ? last : undefined;
        });
      },
    };
  };
}

/** The statuses of the tries of a delivery, or their faults where there was no answer. */
export const outcomes = ({ tries }: any): unknown[] =>
  tries.map((one: any) => one.http_status_code ?? one.fault);
