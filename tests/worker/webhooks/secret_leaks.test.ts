// What fails tells no secrets either: refusals of every kind, tries that fail in every way at a
// receiver that echoes what it was sent, deactivation, recovery, resends.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { basic, type Answer } from "../support/api.ts";
import { event } from "../support/events.ts";
import { adminKey, apiKey, masterKeys, must, start } from "../support/harness.ts";
import { Receiver, hangUp, reply, type Received, type Step } from "../support/receiver.ts";
import { keepsQuiet } from "../support/secrets.ts";
import { until } from "../support/wait.ts";

const dispatcher = await start({
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 50, RETRY_LIMIT: 8, DELIVERY_TIMEOUT_MS: 700 },
});
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await dispatcher.stop();
});

const password = "swordfish-password";
const headerValue = "marlin-header-value";
const ownSecret = `whsec_${Buffer.alloc(24, "tuna").toString("base64")}`;

/** All that came, in the body, in headers, and in a place to go. */
function echo(status: number, more: Record<string, string> = {}): Step {
  return (request, response) => {
    const all = headersOf(request);
    const headers = { ...more, "x-echo": all, location: `/?${encodeURIComponent(all)}` };
    return reply(status, headers, all)(request, response);
  };
}

function headersOf(request: Received): string {
  return request.headers.map(([name, value]) => `${name}: ${value}`).join("; ");
}

/** An answer whose echo breaks off, and one whose echo goes on until the timeout. */
const broken: Step = (request, response) => {
  response.writeHead(500, { "content-length": "100000" });
  response.write(headersOf(request), () => response.socket?.destroy());
};
const endless: Step = (request, response) => {
  response.writeHead(500);
  response.write(headersOf(request));
};

test("no failure tells a secret: to a caller, the log, or a file", async () => {
  const account = await dispatcher.account();
  const answers: string[] = [];
  const told = (status: number, answer: Answer): any => {
    answers.push(answer.text, JSON.stringify([...answer.headers]));
    return must(status, answer).json;
  };
  const { api } = account;
  const mailbox = receiver.mailbox(
    echo(500),
    echo(302),
    echo(503, { "retry-after": headerValue }),
    broken,
    endless,
    hangUp,
    echo(404),
  );
  const body = {
    target_url: mailbox.url,
    basic_auth_username: "u",
    basic_auth_password: password,
    additional_headers: { "x-key": headerValue },
    signing_secret: ownSecret,
  };
  const { id } = must(201, await api.post("/v1/webhooks", body)).json;
  const path = `/v1/webhooks/${id}`;

  // Refusals, of what would have been secret.
  for (const changes of [
    { basic_auth_username: "a:b", basic_auth_password: password },
    { basic_auth_password: `${password}\n` },
    { basic_auth_password: password.repeat(100) },
    { basic_auth_password: { password } },
    { additional_headers: { "x-key": `${headerValue}\n` } },
    { additional_headers: { "x-key": `${headerValue}é` } },
    { additional_headers: { "x-key": [headerValue] } },
    { additional_headers: `{"x-key": "${headerValue}` },
    { additional_headers: { Authorization: `Bearer ${headerValue}` } },
    { additional_headers: { Host: headerValue } },
    { target_url: `http://u:${password}@example.com/` },
    { active: password, event_type: 1 },
  ]) {
    told(400, await api.patch(path, changes));
    told(400, await api.post("/v1/webhooks", { ...body, ...changes }));
  }
  const half = JSON.stringify({ ...body, x: 1 }).slice(0, -1);
  told(400, await api.text("PATCH", path, half));
  told(400, await api.text("POST", "/v1/webhooks", `${password}`));
  told(413, await api.patch(path, { basic_auth_password: password.repeat(9_000) }));
  told(415, await api.call("PUT", path, half, { "content-type": "text/plain" }));
  for (const secret of [ownSecret.slice(0, -4), `${ownSecret}*`, ownSecret.slice(3)])
    told(400, await api.post(`${path}/rotate-secret`, { signing_secret: secret }));
  const stranger = dispatcher.client(`${account.key}x`);
  told(401, await stranger.get(`/v1/webhooks?key=${account.key}`));
  told(403, await dispatcher.client(apiKey).get("/v1/admin/keys"));
  told(404, await api.get(`/v1/${encodeURIComponent(account.key)}`));
  told(405, await api.call("DELETE", "/v1/events"));

  // Tries that fail, until one switches the webhook off; then what its owner does about it.
  const { id: eventId } = told(202, await api.post("/v1/events", event("a")));
  await account.deactivated(id);
  assert.equal(mailbox.count, 7);
  told(202, await api.post("/v1/events", event("b")));
  told(409, await api.post(`${path}/recover`));
  told(409, await api.post(`${path}/deliveries/${eventId}/resend`));
  mailbox.answer(echo(500), echo(200));
  told(200, await api.patch(path, { active: true }));
  told(202, await api.post(`${path}/recover`));
  await until("both to be recovered", async () => {
    const { delivered } = told(200, await api.get(`${path}/stats`));
    return delivered === 2;
  });
  mailbox.answer(echo(200));
  told(202, await api.post(`${path}/deliveries/${eventId}/resend`));
  told(200, await api.post(`${path}/ping`));
  const rotation = { signing_secret: ownSecret.replace("d", "e") };
  told(200, await api.post(`${path}/rotate-secret`, rotation));
  const { tries } = await until("the resend to be recorded", async () => {
    const found = told(200, await api.get(`${path}/deliveries/${eventId}`));
    return found.tries.some(({ cause }: any) => cause === "resend") ? found : undefined;
  });
  const kept = tries.map(({ answer }: any) => answer).filter((answer: any) => answer !== null);
  assert.ok(kept.length >= 6, "the echoes are in the history");
  for (const answer of kept) assert.match(answer, /x-key: \*{8}/);
  told(200, await api.get(`/v1/events/${eventId}`));
  told(200, await api.get(`${path}/deliveries`));
  told(200, await api.get(`${path}/recover`));
  assert.match(dispatcher.log, /"became":"deactivated"/, "the log is the right one");
  await keepsQuiet(
    dispatcher,
    [
      password,
      headerValue,
      basic("u", password).slice("Basic ".length),
      ownSecret.slice("whsec_".length),
      account.key,
      apiKey,
      adminKey,
      ...masterKeys.map((key) => key.slice("k1:".length)),
    ],
    answers,
  );
});
