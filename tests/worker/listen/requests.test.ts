// `GET /v1/listen`: the requests that are refused, each with an ordinary answer.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { basic } from "../support/api.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { refusal } from "../support/listener.ts";
import { listening as listeningOf } from "../support/listening.ts";
import { nowhere } from "../support/receiver.ts";

const set = await fixture({ vars: { MAX_WEBHOOKS: 12 } }, { vars: { UNKNOWN_FIELDS: "ignore" } });
const { dispatcher, dispatchers } = set;
const listening = listeningOf(set);

/** Asks for a connection with a key, which must be refused with this status. */
async function refused(status: number, key: string, query: string, headers = {}, on = dispatcher) {
  const all = { authorization: basic(key), ...headers };
  const answer = await refusal(on.url, `/v1/listen${query}`, all);
  assert.equal(answer.status, status, answer.text);
  return answer.json;
}

describe("a listener is refused", { concurrency: 4 }, () => {
  test("without a key that is good and has the scope", async () => {
    await refused(401, "bad", "");
    const { status } = await refusal(dispatcher.url, "/v1/listen", {});
    assert.equal(status, 401);
    const { key } = await dispatcher.account(undefined, ["webhooks:read", "events:write"]);
    assert.equal((await refused(403, key, "")).code, "missing_scope");
  });

  test("without an upgrade, and with another method", async () => {
    const { api, key } = await dispatcher.account();
    const answer = must(426, await api.get("/v1/listen?event_type=QUIZ_COMPLETION"));
    assert.equal(answer.code, "upgrade_required");
    must(405, await api.post("/v1/listen", {}));
    await refused(426, key, "", { upgrade: "h2c" });
    must(426, await api.call("HEAD", "/v1/listen", undefined));
    assert.deepEqual(must(200, await api.get("/v1/webhooks")).json.results, []);
  });

  const bad: [query: string, headers: Record<string, string>, field: string][] = [
    ["?event_type=NOPE", {}, "event_type"],
    ["?timeout_ms=1", {}, "timeout_ms"],
    ["?filter=%7B", {}, "filter"],
    ["?event_types=x", {}, "event_types"],
    ["?name=a&name=b", {}, "name"],
    ["", { "signing-secret": "whsec_a" }, "signing_secret"],
    ["?target_url=https://example.com/", {}, "target_url"],
    ["?basic_auth_password=x", {}, "basic_auth_password"],
    ["?additional_headers=%7B%7D", {}, "additional_headers"],
    ["?signing_secret=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {}, "signing_secret"],
    ["?event_typ=x", {}, "event_typ"],
    ["?webhook_id=a1&name=x", {}, "webhook_id"],
  ];
  for (const [query, headers, field] of bad) {
    test(`with a bad ${field}: ${query}`, async () => {
      const { api, key } = await dispatcher.account();
      const json = await refused(400, key, query, headers);
      assert.ok(Array.isArray(json[field]), JSON.stringify(json));
      assert.deepEqual(must(200, await api.get("/v1/webhooks")).json.results, []);
    });
  }

  test("with a target, even where unknown fields are ignored", async () => {
    const on = dispatchers[1]!;
    const { key } = await on.account();
    for (const field of ["target_url", "signing_secret"])
      assert.ok((await refused(400, key, `?${field}=x&other=1`, {}, on))[field]);
  });

  test("with the id of no listener of its account", async () => {
    const { listener, id } = await listening();
    const { key, create } = await dispatcher.account();
    const { id: ordinary } = await create({ target_url: nowhere });
    for (const other of [id, ordinary, "01kawq9r8t3v5x7z9b1d3f5h7k", "no.id", ""])
      await refused(404, key, `?webhook_id=${other}`);
    assert.equal(listener.closed, undefined);
  });

  test("beyond ten of an account, until one ends", async () => {
    const first = await listening();
    const { account } = first;
    for (let count = 1; count < 10; count += 1) await listening({ account });
    const sentence = "This account has 10 listeners or 12 webhooks, the most it may have.";
    assert.equal((await refused(403, account.key, "")).detail, sentence);
    await first.again();
    await account.create({ target_url: nowhere });
    first.listener.send({ type: "end" });
    must(204, await account.api.delete(first.path));
    await listening({ account });
  });

  test("when its account's data is being deleted", async () => {
    const account = await dispatcher.account();
    await account.create({ target_url: nowhere });
    must(202, await dispatcher.admin.delete(`/v1/admin/accounts/${account.name}`));
    const answer = await refusal(dispatcher.url, "/v1/listen", {
      authorization: basic(account.key),
    });
    assert.ok([401, 409].includes(answer.status), answer.text);
  });
});

test("no other request makes a listener", async () => {
  const account = await dispatcher.account();
  const webhook = must(201, await account.api.post("/v1/webhooks", {
    target_url: nowhere, listener: true,
  })).json;
  assert.equal(webhook.listener, undefined);
  const imported = JSON.stringify({ id: "foreign1", target_url: nowhere, listener: true });
  const path = `/v1/admin/accounts/${account.name}/import`;
  const type = { "content-type": "application/x-ndjson" };
  must(200, await dispatcher.admin.call("POST", path, `${imported}\n`, type));
  assert.equal((await account.read("foreign1")).listener, undefined);
  for (const id of [webhook.id, "foreign1"]) await refused(404, account.key, `?webhook_id=${id}`);
});
