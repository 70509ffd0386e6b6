// PAYLOADS=discard: the history of a delivered event is kept, its body is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { OpenRequests, values } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { dispatcher, subscribe } = await fixture({
  vars: { PAYLOADS: "discard", RETRY_BASE_MS: 50, RETRY_MAX_MS: 100 },
});

test("a delivered event keeps its history without its body, and cannot be resent", async () => {
  const open = new OpenRequests();
  const { account, mailbox, id } = await subscribe({ answers: [500, open.step, open.step, 200] });
  await account.publish(event("barracuda"));
  const eventId = values((await mailbox.got(2))[0]!, "webhook-id")[0]!;
  const path = `/v1/webhooks/${id}/deliveries/${eventId}`;
  assert.ok(dispatcher.filesWith("barracuda").length > 0, "the body is kept until the delivery");
  // A resend that is requested during an attempt follows it, with the body.
  must(202, await account.api.post(`${path}/resend`));
  await open.answer(200);
  const requests = await mailbox.got(3);
  assert.deepEqual(requests[2]!.body, requests[0]!.body);
  await open.answer(200);
  const view = await until("both attempts to be in the history", async () => {
    const { json } = must(200, await account.api.get(path));
    return json.tries.length === 3 && json;
  });
  assert.deepEqual(
    [view.status, view.tries.map((made: any) => made.http_status_code)],
    ["delivered", [500, 200, 200]],
  );
  const again = must(409, await account.api.post(`${path}/resend`));
  assert.match(again.json.detail, /body .* is not kept/);
  // The event still has its delivery.
  const { json } = must(200, await account.api.get(`/v1/events/${eventId}`));
  assert.equal(json.deliveries.length, 1);
});

test("an undelivered event keeps its body, and can be recovered", async () => {
  const { account, mailbox, id, path } = await subscribe({ answers: [404, 200] });
  await account.publish(event("a"));
  await account.deactivated(id);
  must(202, await account.api.post("/v1/events", event("b")));
  must(200, await account.api.patch(path, { active: true }));
  must(202, await account.api.post(`${path}/recover`));
  const requests = await mailbox.got(3);
  assert.deepEqual(requests[1]!.body, requests[0]!.body);
});
