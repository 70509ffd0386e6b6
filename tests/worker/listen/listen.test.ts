// `GET /v1/listen`: a client is the receiver of a temporary webhook.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { forward, listen, type ListenOptions } from "../support/listener.ts";
import { reply, values } from "../support/receiver.ts";
import { isSignedWith } from "../support/signatures.ts";
import { noMore, until } from "../support/wait.ts";

const { dispatcher, receiver } = await fixture({
  vars: { RETRY_BASE_MS: 100, RETRY_MAX_MS: 100, DELIVERY_TIMEOUT_MS: 2_000, LEASE_MARGIN_MS: 500 },
});

async function listening(options: Partial<ListenOptions> = {}) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const listener = await listen(dispatcher.url, account.key, { to: mailbox.url, ...options });
  return { account, mailbox, listener, id: listener.id };
}

/** Waits until a delivery has this status, and returns it. */
const delivery = (account: Account, id: string, eventId: string, status: string) =>
  until(`the delivery to be ${status}`, async () => {
    const path = `/v1/webhooks/${id}/deliveries/${eventId}`;
    const found = must(200, await account.api.get(path)).json;
    return found.status === status ? found : undefined;
  });

const publish = async (account: Account, mark: string): Promise<string> =>
  must(202, await account.api.post("/v1/events", event(mark))).json.id;

describe("a listener", { concurrency: 4 }, () => {
  test("gets the exact headers and body, and its server's answer counts", async () => {
    const { account, mailbox, listener, id } = await listening();
    mailbox.answer(reply(201, { "x-answer": "yes" }, "thanks"));
    const body = '{ "event_type":"COURSE_COMPLETION",\n "é":  1.0e0 }';
    const published = must(202, await account.api.text("POST", "/v1/events", body)).json;
    assert.equal(published.webhooks, 1);
    const [request] = await mailbox.got(1);
    assert.equal(request!.body.toString("utf8"), body);
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
    assert.ok(isSignedWith(listener.ready!.signing_secret!, request!));
    const found = await delivery(account, id, published.id, "delivered");
    assert.equal(found.tries[0].http_status_code, 201);
    assert.equal(found.tries[0].answer, "thanks");
  });
});
