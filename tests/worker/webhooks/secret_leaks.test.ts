// Failures reveal no secrets: refused requests, failed attempts to a receiver that echoes requests,
// deactivation, recovery and resends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { basic, type Answer } from "../support/api.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { adminKey, apiKey, masterKeys, must } from "../support/harness.ts";
import { disconnect, reply, type Received, type Step } from "../support/receiver.ts";
import { assertSecretsHidden } from "../support/secrets.ts";
import { until } from "../support/wait.ts";

const { dispatcher, receiver } = await fixture({
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 50, RETRY_LIMIT: 8, DELIVERY_TIMEOUT_MS: 700 },
});

const password = "swordfish-password";
const headerValue = "marlin-header-value";
const ownSecret = `whsec_${Buffer.alloc(24, "tuna").toString("base64")}`;

/** Answers with the headers of the request in the body, in a header and in a Location. */
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

/** Echoes the headers and closes the connection before the end of the body. */
const broken: Step = (request, response) => {
  response.writeHead(500, { "content-length": "100000" });
  response.write(headersOf(request), () => response.socket?.destroy());
};
/** Echoes the headers in a body without an end. */
const endless: Step = (request, response) => {
  response.writeHead(500);
  response.write(headersOf(request));
};

test("no failure reveals a secret in an answer, the log or a file", async () => {
  const account = await dispatcher.account();
  const answers: string[] = [];
  /** Records the answer, which must have this status. Returns its JSON. */
  const record = (status: number, answer: Answer): any => {
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
    disconnect,
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

  // Refused requests with values that would be secret.
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
    record(400, await api.patch(path, changes));
    record(400, await api.post("/v1/webhooks", { ...body, ...changes }));
  }
  const half = JSON.stringify({ ...body, x: 1 }).slice(0, -1);
  record(400, await api.text("PATCH", path, half));
  record(400, await api.text("POST", "/v1/webhooks", `${password}`));
  record(413, await api.patch(path, { basic_auth_password: password.repeat(9_000) }));
  record(415, await api.call("PUT", path, half, { "content-type": "text/plain" }));
  for (const secret of [ownSecret.slice(0, -4), `${ownSecret}*`, ownSecret.slice(3)])
    record(400, await api.post(`${path}/rotate-secret`, { signing_secret: secret }));
  const stranger = dispatcher.client(`${account.key}x`);
  record(401, await stranger.get(`/v1/webhooks?key=${account.key}`));
  record(403, await dispatcher.client(apiKey).get("/v1/admin/keys"));
  record(404, await api.get(`/v1/${encodeURIComponent(account.key)}`));
  record(405, await api.call("DELETE", "/v1/events"));

  // Attempts fail until one deactivates the webhook. Then re-activation, recovery and resends.
  const { id: eventId } = record(202, await api.post("/v1/events", event("a")));
  await account.deactivated(id);
  assert.equal(mailbox.count, 7);
  record(202, await api.post("/v1/events", event("b")));
  record(409, await api.post(`${path}/recover`));
  record(409, await api.post(`${path}/deliveries/${eventId}/resend`));
  mailbox.answer(echo(500), echo(200));
  record(200, await api.patch(path, { active: true }));
  record(202, await api.post(`${path}/recover`));
  await until("both events to be delivered", async () => {
    const { delivered } = record(200, await api.get(`${path}/stats`));
    return delivered === 2;
  });
  mailbox.answer(echo(200));
  record(202, await api.post(`${path}/deliveries/${eventId}/resend`));
  record(200, await api.post(`${path}/ping`));
  const rotation = { signing_secret: ownSecret.replace("d", "e") };
  record(200, await api.post(`${path}/rotate-secret`, rotation));
  const { tries } = await until("the resend to be recorded", async () => {
    const found = record(200, await api.get(`${path}/deliveries/${eventId}`));
    return found.tries.some(({ cause }: any) => cause === "resend") ? found : undefined;
  });
  const kept = tries.map(({ answer }: any) => answer).filter((answer: any) => answer !== null);
  assert.ok(kept.length >= 6, "the echoes are in the history");
  for (const answer of kept) assert.match(answer, /x-key: \*{8}/);
  record(200, await api.get(`/v1/events/${eventId}`));
  record(200, await api.get(`${path}/deliveries`));
  record(200, await api.get(`${path}/recover`));
  assert.match(dispatcher.log, /"became":"deactivated"/, "the log is the right one");
  await assertSecretsHidden(
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
