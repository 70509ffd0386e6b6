// PAYLOADS=discard: of what has arrived the history is kept, and not the body.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { event } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Gate, Receiver, values } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const receiver = await Receiver.listen();
const dispatcher = await start({
  vars: { PAYLOADS: "discard", RETRY_BASE_MS: 50, RETRY_MAX_MS: 100 },
});
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

test("what has arrived keeps its history and not its body, and is not sent again", async () => {
  const gate = new Gate();
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(500, gate.step, gate.step, 200);
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("barracuda"));
  const eventId = values((await mailbox.got(2))[0]!, "webhook-id")[0]!;
  const path = `/v1/webhooks/${id}/deliveries/${eventId}`;
  assert.ok(dispatcher.filesWith("barracuda").length > 0, "while it waits it is kept");
  // A send that is asked for while one is in flight follows it, with the body.
  must(202, await account.api.post(`${path}/resend`));
  await gate.release(200);
  const requests = await mailbox.got(3);
  assert.deepEqual(requests[2]!.body, requests[0]!.body);
  await gate.release(200);
  const view = await until("both sends to be in the history", async () => {
    const { json } = must(200, await account.api.get(path));
    return json.tries.length === 3 && json;
  });
  assert.deepEqual(
    [view.status, view.tries.map((made: any) => made.http_status_code)],
    ["delivered", [500, 200, 200]],
  );
  const again = must(409, await account.api.post(`${path}/resend`));
  assert.match(again.json.detail, /body .* is not kept/);
  // It is known as a duplicate all the same.
  const { json } = must(200, await account.api.get(`/v1/events/${eventId}`));
  assert.equal(json.deliveries.length, 1);
});

test("what has not arrived is kept, and recovered", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(404, 200);
  const { id } = await account.create({ target_url: mailbox.url });
  const path = `/v1/webhooks/${id}`;
  await account.publish(event("a"));
  await account.deactivated(id);
  must(202, await account.api.post("/v1/events", event("b")));
  must(200, await account.api.patch(path, { active: true }));
  must(202, await account.api.post(`${path}/recover`));
  const requests = await mailbox.got(3);
  assert.deepEqual(requests[1]!.body, requests[0]!.body);
});
