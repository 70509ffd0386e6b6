// The field `filter` in requests and answers, and POST /v1/filters/test: what is taken, what is
// refused and where, and what reads back.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { refused, senders, url } from "../support/webhook_fields.ts";

const { dispatcher } = await fixture({});
const account = await dispatcher.account();
const { api } = account;

const operators =
  "There is no such operator. There are $eq, $neq, $gt, $gte, $lt, $lte, $in, $nin, $startsWith, " +
  "$endsWith, $exist, $and, $or, $not.";
const noField = "An event is an object: name the field that this is for.";
const deep = "Ensure this is nested no deeper than 8 levels.";
const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
const wide = (fields: number) =>
  Object.fromEntries(Array.from({ length: fields }, (_, n) => [`f${n}`, n]));

/** Filters that are refused, each with the message. */
const bad: [filter: unknown, message: string][] = [
  [[], 'Expected a dictionary of items but got type "list".'],
  [{ a: {} }, "/a: A condition is required."],
  [{ a: { $ge: 1 } }, `/a/$ge: ${operators}`],
  [{ $nor: [{ a: 1 }] }, `/$nor: ${operators}`],
  [{ $gt: 5 }, `/$gt: ${noField}`],
  [{ $or: [{ a: 1 }, 2] }, `/$or/1: ${noField}`],
  [{ user: { plan: { $in: "pro" } } }, '/user/plan/$in: Expected a list of items but got type "str".'],
  [{ a: { $and: [] } }, "/a/$and: This list may not be empty."],
  [{ $or: { a: 1 } }, '/$or: Expected a list of items but got type "dict".'],
  [{ a: { $exist: "yes" } }, "/a/$exist: Must be a valid boolean."],
  [{ a: { $lt: null } }, "/a/$lt: A number or a string is required."],
  [{ a: { $startsWith: [1] } }, "/a/$startsWith/0: A string or a list of strings is required."],
  [{ "a/b": { "~": { $x: 1 } } }, `/a~1b/~0/$x: ${operators}`],
  [nested(9), `/a/a/a/a/a/a/a/a: ${deep}`],
  [nested(50), `/a/a/a/a/a/a/a/a: ${deep}`],
  [wide(65), "/f64: Ensure there are no more than 64 values to compare with."],
  [{ a: "x".repeat(4089) }, "Ensure this has no more than 4096 bytes, not counting spaces."],
];

describe("a bad filter", { concurrency: 4 }, () => {
  for (const [what, body] of senders) {
    test(`is refused with its place, as ${what}`, async () => {
      const target_url = `${url}?${encodeURIComponent(what)}`;
      const webhook = await account.create({ target_url, filter: { kept: 1 } });
      const path = `/v1/webhooks/${webhook.id}`;
      const { count } = must(200, await api.get("/v1/webhooks?page_size=1")).json;
      for (const [filter, message] of bad) {
        const errors = { filter: [message] };
        refused(await api.call("POST", "/v1/webhooks", ...body({ target_url: url, filter })), errors);
        refused(await api.call("PUT", path, ...body({ target_url: url, filter })), errors);
        refused(await api.call("PATCH", path, ...body({ active: false, filter })), errors);
      }
      assert.deepEqual(await account.read(webhook.id), webhook, "nothing was changed");
      assert.ok(must(200, await api.get("/v1/webhooks?page_size=1")).json.count >= count);
    });
  }

  test("is refused beside other fields, and by what JSON alone can say", async () => {
    const both = { target_url: "x", filter: { $x: 1 } };
    refused(await api.post("/v1/webhooks", both), {
      target_url: ["Enter a valid URL."],
      filter: [`/$x: ${operators}`],
    });
    for (const [filter, message] of [
      ['{"a":1,"b":2,"a":3}', "/a: This name is there twice."],
      ['{"a":{"$eq":{"x":1,"\\u0078":1}}}', "/a/$eq/x: This name is there twice."],
      ['{"a":"\\ud800"}', "/a: Surrogate characters are not allowed: U+D800."],
      ['"{}"', 'Expected a dictionary of items but got type "str".'],
      ["1e400", 'Expected a dictionary of items but got type "float".'],
    ] as const) {
      const body = `{"target_url":"${url}","filter":${filter}}`;
      refused(await api.text("POST", "/v1/webhooks", body), { filter: [message] });
    }
    const form = (filter: string) =>
      api.call("POST", "/v1/webhooks", new URLSearchParams({ target_url: url, filter }));
    refused(await form("{"), {
      filter: [
        "JSON parse error - Expecting property name enclosed in double quotes: " +
          "line 1 column 2 (char 1)",
      ],
    });
    refused(await form("[".repeat(200)), {
      filter: [
        "JSON parse error - Nested too deeply, in 128 levels or more: line 1 column 128 (char 127)",
      ],
    });
  });

  test("is refused in an import and at the alert", async () => {
    const fields = { target_url: url, filter: { a: { $x: 1 } } };
    const lines = [{ id: "f1", ...fields }, { id: "f2", target_url: url, filter: { a: 1 } }];
    const path = `/v1/admin/accounts/${account.name}/import`;
    const send = () =>
      dispatcher.admin.call("POST", path, lines.map((line) => JSON.stringify(line)).join("\n"), {
        "content-type": "application/x-ndjson",
      });
    const [first, second] = must(200, await send()).json;
    assert.deepEqual(first.problem, { filter: [`/a/$x: ${operators}`] });
    assert.deepEqual([second.status, second.webhook.filter], [201, { a: 1 }]);
    const [, again] = must(200, await send()).json;
    assert.equal(again.status, 200, "the same webhook");
    lines[1] = { id: "f2", target_url: url, filter: { a: 2 } } as any;
    const [, other] = must(200, await send()).json;
    assert.equal(other.status, 409, "another filter is another webhook");
    refused(await api.put("/v1/alert", fields), { filter: [`/a/$x: ${operators}`] });
  });
});

describe("a filter", { concurrency: 4 }, () => {
  const filter = {
    user: { plan: { $in: ["pro", "team"] } },
    $or: [{ score: { $gte: 80 } }, { "a.b": { $not: { $exist: true } } }],
  };

  for (const [what, body] of senders) {
    test(`reads back as it was sent, as ${what}`, async () => {
      const sent = body({ target_url: url, filter });
      const created = must(201, await api.call("POST", "/v1/webhooks", ...sent)).json;
      assert.deepEqual(created.filter, filter);
      const path = `/v1/webhooks/${created.id}`;
      assert.deepEqual((await account.read(created.id)).filter, filter);
      must(200, await api.call("PATCH", path, ...body({ ordered: true })));
      assert.deepEqual((await account.read(created.id)).filter, filter, "what is left out stays");
      const put = must(200, await api.call("PUT", path, ...body({ target_url: url, filter: { n: 1 } })));
      assert.deepEqual(put.json.filter, { n: 1 });
    });
  }

  test("is taken off by null, by an empty one, and by a blank in a form", async () => {
    const webhook = await account.create({ target_url: url, filter });
    const path = `/v1/webhooks/${webhook.id}`;
    const off: (() => Promise<any>)[] = [
      () => api.patch(path, { filter: null }),
      () => api.patch(path, { filter: {} }),
      () => api.put(path, { target_url: url, filter: null }),
      () => api.call("PATCH", path, new URLSearchParams({ filter: "" })),
      () => api.call("PATCH", path, new URLSearchParams({ filter: "null" })),
      () => api.call("PATCH", path, new URLSearchParams({ filter: " { } " })),
    ];
    for (const take of off) {
      must(200, await api.patch(path, { filter }));
      assert.equal(must(200, await take()).json.filter, null);
    }
    const audit = must(200, await api.get("/v1/audit?page_size=1")).json.results[0];
    assert.deepEqual(audit.fields, ["filter"]);
    assert.equal((await account.create({ target_url: url })).filter, null);
  });

  test("of the largest size is taken", async () => {
    for (const largest of [nested(8), wide(64), { a: "x".repeat(4088) }]) {
      const webhook = await account.create({ target_url: url, filter: largest as any });
      assert.deepEqual(webhook.filter, largest);
    }
    const body = `{"target_url":"${url}","filter":{ "a" : ${" ".repeat(5000)} 1 }}`;
    assert.deepEqual(must(201, await api.text("POST", "/v1/webhooks", body)).json.filter, { a: 1 });
  });

  test("is in the list, and what is listed can be written back", async () => {
    const one = await dispatcher.account();
    const webhook = await one.create({ target_url: url, filter });
    const { results } = must(200, await one.api.get("/v1/webhooks")).json;
    assert.deepEqual(results[0].filter, filter);
    assert.deepEqual(must(200, await one.api.put(`/v1/webhooks/${webhook.id}`, results[0])).json,
      webhook);
  });
});

describe("a test of a filter", { concurrency: 4 }, () => {
  const run = (body: string) => api.text("POST", "/v1/filters/test", body);

  test("says whether it matches, and why not", async () => {
    for (const [filter, event, reason] of [
      ['{"a":1}', '{"a":1.0}', null],
      ["{}", "{}", null],
      ["null", '{"a":1}', null],
      ['{"n":{"$gt":9223372036854775807}}', '{"n":9223372036854775808}', null],
      ['{"n":{"$lt":1e400}}', '{"n":1e399}', null],
      ['{"tags":"a"}', '{"tags":["b","a"]}', null],
      ['{"a":{"$gt":1}}', '{"a":1}', ["/a/$gt", "The event has 1 at /a."]],
      ['{"a":{"b":"x"}}', '{"a":{}}', ["/a/b", "The event has nothing at /a/b."]],
      ['{"tags":{"$in":["c"]}}', '{"tags":["b","a"]}',
        ["/tags/$in", "No element of the list at /tags matches."]],
      ['{"$or":[{"a":1},{"a":2}]}', '{"a":3}', ["/$or", "The event matches none of these."]],
    ] as const) {
      const { json } = must(200, await run(`{"filter":${filter},"event":${event}}`));
      const [pointer, detail] = reason ?? [];
      const expected = { matches: reason === null, reason: reason && { pointer, detail } };
      assert.deepEqual(json, expected, `${filter} ${event}`);
    }
  });

  test("refuses what is no filter and no event", async () => {
    const required = ["This field is required."];
    refused(await run("{}"), { filter: required, event: required });
    refused(await run('{"filter":{"a":{"$x":1}},"event":[]}'), {
      filter: [`/a/$x: ${operators}`],
      event: ['Expected a dictionary of items but got type "list".'],
    });
    for (const [filter, message] of bad) {
      refused(await run(JSON.stringify({ filter, event: {} })), { filter: [message] });
    }
    assert.match(must(400, await run("{")).json.detail, /line 1 column 2/);
    must(413, await run(`{"filter":{},"event":{"a":"${"x".repeat(262_144)}"}}`));
    must(415, await api.call("POST", "/v1/filters/test", "a=b", { "content-type": "text/plain" }));
    must(405, await api.get("/v1/filters/test"));
    must(401, await dispatcher.client().post("/v1/filters/test", {}));
    must(404, await api.post("/v1/filters", {}));
  });

  test("takes any key of an account", async () => {
    for (const scopes of [["webhooks:read"], ["webhooks:write"], ["events:write"]]) {
      const limited = await dispatcher.account(account.name, scopes);
      must(200, await limited.api.post("/v1/filters/test", { filter: { a: 1 }, event: { a: 2 } }));
    }
  });
});
