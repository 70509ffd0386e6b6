// A dispatcher in memory, which breaks one promise on purpose. It shows that the torture notices.
//
// It cannot be killed, and delivers each event at once, when it is published.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Webhook as Signer } from "standardwebhooks";
import type { Dispatcher } from "./dispatcher.ts";

/** The promise that it breaks; `none`: it keeps all. */
export type Broken =
  | "none"
  | "delivers every acknowledged event"
  | "delivers an event once"
  | "gives a repeat with the same key the same id"
  | "delivers an ordered webhook's events in order"
  | "delivers byte for byte"
  | "signs what it delivers"
  | "finishes its deliveries"
  | "answers 202 or says why not";

interface FakeWebhook {
  id: string;
  account: string;
  target_url: string;
  event_type: string | null;
  ordered?: boolean;
  signer: Signer;
}

/** The promise is broken for one event in so many. */
const BROKEN_EVERY = 5;
/** Every event of this number gets a 503 at first, so that publishers repeat it. */
const UNSTORED_EVERY = 7;
const LATE_MS = 700;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export class FakeDispatcher implements Dispatcher {
  readonly adminKey = "admin";
  #isClosed = false;
  readonly #server: Server;
  readonly #broken: Broken;
  readonly #webhooks: FakeWebhook[] = [];
  readonly #idOfKey = new Map<string, string>();
  #ids = 0;

  static async listen(broken: Broken): Promise<FakeDispatcher> {
    const fake = new FakeDispatcher(broken);
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  private constructor(broken: Broken) {
    this.#broken = broken;
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {}

  async kill(): Promise<void> {}

  async cron(): Promise<void> {}

  async isUp(): Promise<boolean> {
    return true;
  }

  isRunning(): boolean {
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const [status, json] = this.#answer(request, body);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
  }

  #answer(request: IncomingMessage, body: string): [status: number, json: unknown] {
    const account = request.headers.authorization?.slice("Bearer ".length) ?? "";
    const key = request.headers["idempotency-key"];
    const keyed = key === undefined ? undefined : `${account}/${String(key)}`;
    switch (`${request.method} ${request.url}`) {
      case "POST /v1/admin/keys":
        return [201, { key: JSON.parse(body).account }];
      case "POST /v1/webhooks":
        return [201, this.#create(account, JSON.parse(body))];
      case "POST /v1/events": {
        const { status, ...json } = this.#publish(account, body, keyed);
        return [status, json];
      }
      case "POST /v1/events/batch": {
        // Only the bodies of the torture can be split like this.
        const items = body.slice(1, -1).split(/(?<=\}), (?=\{"n")/);
        return [200, items.map((item, index) =>
          this.#publish(account, item, keyed && `${keyed}/${index}`))];
      }
    }
    const isStuck = this.#broken === "finishes its deliveries";
    if (request.url?.endsWith("/stats")) return [200, { waiting: isStuck ? 1 : 0, in_flight: 0 }];
    return [200, { active: true }];
  }

  #create(account: string, fields: Omit<FakeWebhook, "id" | "account" | "signer">): unknown {
    const id = `webhook-${this.#webhooks.length}`;
    this.#webhooks.push({ ...fields, id, account, signer: new Signer(SECRET) });
    return { id, signing_secret: SECRET };
  }

  #publish(account: string, body: string, key?: string): { status: number; id: string } {
    const known = key === undefined ? undefined : this.#idOfKey.get(key);
    const number = this.#ids++;
    const id = `event-${number}`;
    if (known !== undefined) {
      const isForgotten = this.#broken === "gives a repeat with the same key the same id";
      return { status: 202, id: isForgotten ? id : known };
    }
    if (key !== undefined) this.#idOfKey.set(key, id);
    // The id of a 503 is the key of the next repeat.
    this.#idOfKey.set(`${account}/${id}`, id);
    const isBroken = number % BROKEN_EVERY === 0;
    const { event_type: eventType } = JSON.parse(body);
    for (const webhook of this.#webhooks) {
      if (webhook.account !== account) continue;
      if ((webhook.event_type ?? eventType) !== eventType) continue;
      void this.#deliver(webhook, id, body, isBroken);
    }
    if (isBroken && this.#broken === "answers 202 or says why not") return { status: 404, id };
    return { status: number % UNSTORED_EVERY === 0 ? 503 : 202, id };
  }

  async #deliver(webhook: FakeWebhook, id: string, body: string, isBroken: boolean): Promise<void> {
    const breaks = (promise: Broken) => isBroken && this.#broken === promise;
    if (breaks("delivers every acknowledged event")) return;
    if (breaks("delivers an ordered webhook's events in order")) await sleep(LATE_MS);
    const sent = breaks("delivers byte for byte") ? JSON.stringify(JSON.parse(body)) : body;
    const signed = breaks("signs what it delivers") ? `${sent} ` : sent;
    const now = new Date();
    const post = () => fetch(webhook.target_url, {
      method: "POST",
      body: sent,
      headers: {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": webhook.signer.sign(id, now, signed),
      },
    }).then((answer) => answer.arrayBuffer(), (error: unknown) => {
      // A receiver that has closed gets nothing more.
      if (!this.#isClosed) throw error;
    });
    await post();
    if (breaks("delivers an event once")) await post();
  }
}
