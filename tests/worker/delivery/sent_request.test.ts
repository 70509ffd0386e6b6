// What was sent: the POST of a delivery's latest attempt, as the receiver got it, without secrets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { OpenRequests, values } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const retries = { RETRY_BASE_MS: 50, RETRY_MAX_MS: 100 };
const { subscribe } = await fixture({ vars: retries });
const discarding = await fixture({ vars: { ...retries, PAYLOADS: "discard" } });

/** Headers that the runtime adds on the way. */
const ADDED = ["host", "content-length", "connection", "accept-encoding", "cf-worker"];
const MASK = "********";
const PASSWORD = "swordfish";

test("it is the request that came over the wire, with the secrets masked", async () => {
  const { account, mailbox, path } = await subscribe({
    answers: [503, 200],
    webhook: {
      basic_auth_username: "ada",
      basic_auth_password: PASSWORD,
      additional_headers: { "X-Api-Key": PASSWORD, "X-Short": "ab" },
    },
  });
  const published = { ...event("a"), big: "9223372036854775807" };
  must(202, await account.api.post("/v1/events", published));
  const [, got] = await mailbox.got(2);
  const id = values(got!, "webhook-id")[0]!;
  const sent = await until("the second attempt to be settled", async () => {
    const answer = await account.api.get(`${path}/deliveries/${id}/request`);
    const signature = answer.json.headers?.["webhook-signature"];
    return signature === values(got!, "webhook-signature")[0] ? answer : undefined;
  });
  const { method, url, headers, body } = sent.json;
  assert.equal(method, "POST");
  assert.equal(new URL(url).pathname, got!.path);
  assert.equal(body, got!.body.toString());
  const masked = new Set(["authorization", "x-api-key", "x-short"]);
  const expected = got!.headers
    .filter(([name]) => !ADDED.includes(name.toLowerCase()))
    .map(([name, value]) => {
      const isMasked = masked.delete(name.toLowerCase());
      const scheme = name.toLowerCase() === "authorization" ? "Basic " : "";
      return [name.toLowerCase(), isMasked ? scheme + MASK : value];
    });
  assert.equal(masked.size, 0, "the receiver got every header");
  const shown = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  assert.deepEqual(shown.toSorted(), expected.toSorted());
  assert.ok(!sent.text.includes(PASSWORD));
  assert.ok(!sent.text.includes(Buffer.from(`ada:${PASSWORD}`).toString("base64")));
});

test("there is none before the first attempt has ended, or of what is not there", async () => {
  const open = new OpenRequests();
  const { account, mailbox, path } = await subscribe({ answers: [open.step] });
  must(202, await account.api.post("/v1/events", event("a")));
  const id = values((await mailbox.got(1))[0]!, "webhook-id")[0]!;
  const early = must(409, await account.api.get(`${path}/deliveries/${id}/request`));
  assert.match(early.json.detail, /No try of this delivery has ended/);
  await open.answer(200);
  await until("the attempt to be settled", async () => {
    const { status } = await account.api.get(`${path}/deliveries/${id}/request`);
    return status === 200;
  });
  for (const unknown of [
    `${path}/deliveries/01kawq9r8t3v5x7z9b1d3f5h7m/request`,
    `/v1/webhooks/01kawq9r8t3v5x7z9b1d3f5h7k/deliveries/${id}/request`,
  ]) {
    must(404, await account.api.get(unknown));
  }
  must(405, await account.api.post(`${path}/deliveries/${id}/request`));
});

test("a body that is not kept is null, and its signature is left out", async () => {
  const { account, mailbox, path } = await discarding.subscribe({});
  must(202, await account.api.post("/v1/events", event("a")));
  const id = values((await mailbox.got(1))[0]!, "webhook-id")[0]!;
  const { json } = await until("the attempt to be settled", async () => {
    const answer = await account.api.get(`${path}/deliveries/${id}/request`);
    return answer.status === 200 ? answer : undefined;
  });
  assert.equal(json.body, null);
  assert.equal(json.headers["webhook-id"], id);
  assert.equal(json.headers["webhook-signature"], undefined);
});
