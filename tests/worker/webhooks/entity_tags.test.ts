// ETag and If-Match: the second of two people who edit a webhook does not undo what the first did.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";

const { dispatcher, subscribe } = await fixture({});

const tagOf = (answer: Answer) => {
  const tag = answer.headers.get("etag");
  assert.match(tag ?? "", /^"[!#-~]+"$/, "a strong tag");
  return tag!;
};

/** Sends JSON with `If-Match`. */
const send = (account: Account, method: string, path: string, tag: string, fields?: object) =>
  account.api.call(method, path, fields === undefined ? undefined : JSON.stringify(fields), {
    "if-match": tag,
    ...(fields === undefined ? {} : { "content-type": "application/json" }),
  });

describe("the tag of a webhook", { concurrency: 4 }, () => {
  test("is the same in every answer, until the webhook is changed", async () => {
    const account = await dispatcher.account();
    const created = must(201, await account.api.post("/v1/webhooks", { target_url: nowhere }));
    const path = `/v1/webhooks/${created.json.id}`;
    const tags = new Set([tagOf(created)]);
    const read = async () => tagOf(must(200, await account.api.get(path)));
    assert.equal(await read(), tagOf(created));
    must(200, await account.api.call("HEAD", path));
    const changes: object[] = [
      { target_url: "http://example.com/" },
      { active: false },
      { active: true },
      { basic_auth_password: "swordfish" },
      { basic_auth_password: "marlin" },
      { additional_headers: { a: "1" } },
      { additional_headers: { a: "2" } },
      { event_type: "QUIZ_COMPLETION", max_in_flight: 3 },
    ];
    for (const change of changes) {
      const changed = must(200, await account.api.patch(path, change));
      assert.equal(tagOf(changed), await read());
      assert.ok(!tags.has(tagOf(changed)), JSON.stringify(change));
      tags.add(tagOf(changed));
      const repeated = must(200, await account.api.put(path, changed.json));
      assert.equal(tagOf(repeated), tagOf(changed), "nothing was changed");
    }
    must(200, await account.api.post(`${path}/rotate-secret`));
    assert.ok(!tags.has(await read()), "another secret");
  });

  test("changes when the dispatcher switches the webhook off", async () => {
    const { account, path, publish, id } = await subscribe({ answers: [410] });
    const before = tagOf(must(200, await account.api.get(path)));
    await publish("a");
    await account.deactivated(id);
    const after = tagOf(must(200, await account.api.get(path)));
    assert.notEqual(after, before);
    must(412, await send(account, "PATCH", path, before, { active: true }));
    must(200, await send(account, "PATCH", path, after, { active: true }));
  });

  test("stays the same while events are delivered, and in another isolate", async () => {
    const { account, path, publish, mailbox, id } = await subscribe();
    const before = tagOf(must(200, await account.api.get(path)));
    await publish("a");
    await mailbox.answered(1);
    await dispatcher.evictWebhook(account.name, id);
    assert.equal(tagOf(must(200, await account.api.get(path))), before);
  });
});

describe("If-Match", { concurrency: 4 }, () => {
  /** The header, from the current tag, and whether it matches. */
  const table: [what: string, header: (tag: string) => string, matches: boolean][] = [
    ["the tag", (tag) => tag, true],
    ["any", () => "*", true],
    ["any, with space", () => " * ", true],
    ["a list", (tag) => `"other", ${tag}`, true],
    ["a list without space", (tag) => `"a","b,c",${tag},"d"`, true],
    ["a list with empty elements", (tag) => `, ,${tag} ,`, true],
    ["the weak tag and the tag", (tag) => `W/${tag}, ${tag}`, true],
    ["another tag", () => `"other"`, false],
    ["a list of others", () => `"a", "b"`, false],
    ["the weak tag", (tag) => `W/${tag}`, false],
    ["a list of weak tags", (tag) => `W/"a", W/${tag}`, false],
    ["an empty tag", () => `""`, false],
    ["the tag in capitals", (tag) => tag.toUpperCase().replace(/^"/, '"X'), false],
    ["any in quotes", () => `"*"`, false],
  ];
  for (const [what, header, matches] of table) {
    test(`${matches ? "lets" : "stops"} a change: ${what}`, async () => {
      const { account, path, webhook } = await subscribe();
      const tag = tagOf(must(200, await account.api.get(path)));
      for (const method of ["PUT", "PATCH"]) {
        const now = tagOf(must(200, await account.api.get(path)));
        const value = header(now);
        const answer = await send(account, method, path, value, { max_per_second: 5 });
        if (matches) {
          assert.equal(must(200, answer).json.max_per_second, 5);
          continue;
        }
        const detail = "The webhook was changed since it was read: read it again.";
        assert.deepEqual(must(412, answer).json, { detail });
      }
      if (!matches) {
        must(412, await send(account, "DELETE", path, header(tag)));
        assert.deepEqual(must(200, await account.api.get(path)).json, webhook);
        assert.equal(tagOf(must(200, await account.api.get(path))), tag);
        return;
      }
      const now = tagOf(must(200, await account.api.get(path)));
      must(204, await send(account, "DELETE", path, header(now)));
      must(404, await account.api.get(path));
    });
  }

  const bare = "18bcfe56800-1";
  const malformed = [bare, `'a'`, `"a`, `a"`, `"a" "b"`, `"a b"`, `*, "a"`, `w/"a"`, ","];
  for (const value of malformed) {
    test(`that is no list of tags is refused: ${value}`, async () => {
      const { account, path, webhook } = await subscribe();
      for (const [method, fields] of [["PUT", { active: false }], ["DELETE", undefined]] as const) {
        const { json } = must(400, await send(account, method, path, value, fields));
        assert.match(json.detail, /^If-Match /);
      }
      assert.deepEqual(must(200, await account.api.get(path)).json, webhook);
    });
  }

  test("of two changes at the same time lets one through", async () => {
    const { account, path } = await subscribe();
    const tag = tagOf(must(200, await account.api.get(path)));
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((max_per_second) =>
        send(account, "PATCH", path, tag, { max_per_second })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200)!;
    assert.deepEqual(must(200, await account.api.get(path)).json, winner.json);
  });

  test("is looked at only for a change that would be made", async () => {
    const { account, path } = await subscribe();
    must(400, await send(account, "PATCH", path, `"other"`, { active: "maybe" }));
    must(400, await send(account, "PATCH", path, `"other"`, { unheard_of: 1 }));
    must(400, await send(account, "PATCH", path, `"other"`, { basic_auth_password: "********" }));
    must(404, await send(account, "PATCH", "/v1/webhooks/nosuch", `*`, { active: true }));
    must(404, await send(account, "DELETE", "/v1/webhooks/nosuch", `"other"`));
    const other = await dispatcher.account();
    must(404, await send(other, "PATCH", path, "*", { active: false }));
  });

  test("holds for the alert, also before there is one", async () => {
    const account = await dispatcher.account();
    const put = (tag: string, fields: object) => send(account, "PUT", "/v1/alert", tag, fields);
    must(412, await put("*", { target_url: nowhere }));
    must(412, await put(`"other"`, { target_url: nowhere }));
    must(404, await account.api.get("/v1/alert"));
    must(404, await send(account, "DELETE", "/v1/alert", "*"));
    const tag = tagOf(must(201, await account.api.put("/v1/alert", { target_url: nowhere })));
    assert.equal(tagOf(must(200, await account.api.get("/v1/alert"))), tag);
    const changed = must(200, await put(tag, { max_in_flight: 3 }));
    must(412, await put(tag, { max_in_flight: 4 }));
    must(412, await send(account, "DELETE", "/v1/alert", tag));
    must(204, await send(account, "DELETE", "/v1/alert", tagOf(changed)));
  });

  test("tells a webhook from a later one of the same id", async () => {
    const account = await dispatcher.account();
    await account.create({ target_url: nowhere });
    assert.equal(await account.publish(event("a")), 1);
    const created = must(201, await account.api.post("/v1/webhooks", { target_url: nowhere }));
    const other = must(201, await account.api.post("/v1/webhooks", { target_url: nowhere }));
    assert.notEqual(tagOf(created), tagOf(other));
  });
});
