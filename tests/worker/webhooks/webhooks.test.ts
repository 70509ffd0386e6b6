// The webhook resource: create, list, delete. Updates are in update.test.ts, refused creations in
// validation.test.ts.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { Webhook } from "../support/api.ts";
import { documentText } from "../support/document.ts";
import { eventTypes } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";
import { created, fields, inList, listed, mask, plain } from "../support/webhook_fields.ts";
import { refused, senders, undated, url } from "../support/webhook_fields.ts";

const { dispatcher } = await fixture({});

describe("a creation", { concurrency: 8 }, () => {
  for (const [what, encode] of senders) {
    test(`from ${what} is 201 with all fields of the webhook`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({ target_url: url });
      const answer = await account.api.call("POST", "/v1/webhooks", body, headers);
      assert.equal(answer.headers.get("content-type")?.split(";")[0], "application/json");
      const webhook = created(answer);
      assert.deepEqual(Object.keys(webhook), fields);
      assert.match(webhook.id, /^[0-9a-z]+$/);
      assert.deepEqual(undated(webhook), { ...plain, id: webhook.id });
      assert.deepEqual(await account.read(webhook.id), webhook);
    });

    test(`from ${what} accepts every field and shows no secret`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({
        target_url: `${url}?a=1+2&b=%26`,
        active: false,
        event_type: "COURSE_ENROLLMENT",
        basic_auth_username: "customer ü+%",
        basic_auth_password: "hunter2-in-the-clear",
        additional_headers: {
          "x-my-new-header": "hunter3-in-the-clear",
          client_id: "hunter4-in-the-clear",
        },
        max_in_flight: 256,
        name: "Orders ☃",
        metadata: { team: "ü+%", note: "" },
        timeout_ms: 2500,
        retry: { limit: 12, max_ms: 60_000 },
        deactivate_on_4xx: false,
        hold_while_paused: true,
        filter: { user: { plan: { $in: ["pro", "team"] } }, score: { $gte: 80 } },
      });
      const webhook = created(await account.api.call("POST", "/v1/webhooks", body, headers));
      const { id } = webhook;
      assert.deepEqual(undated(webhook), {
        id,
        target_url: `${url}?a=1+2&b=%26`,
        active: false,
        deactivate_reason: null,
        event_type: "COURSE_ENROLLMENT",
        basic_auth_username: "customer ü+%",
        basic_auth_password: mask,
        additional_headers: { "x-my-new-header": mask, client_id: mask },
        max_in_flight: 256,
        name: "Orders ☃",
        metadata: { team: "ü+%", note: "" },
        event_types: [],
        timeout_ms: 2500,
        retry: { limit: 12, max_ms: 60_000 },
        deactivate_on_4xx: false,
        hold_while_paused: true,
        filter: { user: { plan: { $in: ["pro", "team"] } }, score: { $gte: 80 } },
        state: "paused",
        shares_target_with: [],
      });
      assert.deepEqual(Object.keys(webhook), fields);
      assert.deepEqual(await account.read(id), webhook);
      assert.deepEqual((await listed(account)).results, [inList(webhook)]);
      assert.doesNotMatch(dispatcher.log, /hunter\d-in-the-clear/);
      assert.doesNotMatch(
        JSON.stringify(await dispatcher.records(`webhook:${account.name}:`)),
        /hunter\d-in-the-clear/,
      );
    });

    test(`from ${what} reports all invalid fields at once, in order`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({ event_type: "NOPE", active: "maybe", target_url: "" });
      refused(await account.api.call("POST", "/v1/webhooks", body, headers), {
        target_url: ["This field may not be blank."],
        active: ["Must be a valid boolean."],
        event_type: [`"NOPE" is not a valid choice.`],
      });
      assert.equal((await listed(account)).count, 0);
    });

    test(`from ${what} ignores read-only fields`, async () => {
      const account = await dispatcher.account();
      const [body, headers] = encode({
        target_url: url,
        id: "mine",
        deactivate_reason: "RETRY_COUNT",
      });
      const webhook = created(await account.api.call("POST", "/v1/webhooks", body, headers));
      assert.notEqual(webhook.id, "mine");
      assert.deepEqual(undated(webhook), { ...plain, id: webhook.id });
    });
  }

  for (const eventType of eventTypes) {
    test(`accepts the event type ${eventType}`, async () => {
      const account = await dispatcher.account();
      assert.equal(
        (await account.create({ target_url: url, event_type: eventType })).event_type,
        eventType,
      );
    });
  }

  for (const value of [
    true,
    1,
    "true",
    "True",
    "t",
    "T",
    "y",
    "YES",
    "on",
    "1",
    false,
    0,
    "false",
    "f",
    "N",
    "no",
    "OFF",
    "0",
  ]) {
    test(`accepts active: ${JSON.stringify(value)}`, async () => {
      const account = await dispatcher.account();
      const { json } = must(
        201,
        await account.api.post("/v1/webhooks", { target_url: url, active: value }),
      );
      assert.equal(json.active, /^(true|t|y|yes|on|1)$/i.test(String(value)));
    });
  }

  test("accepts null and blank for the optional fields", async () => {
    for (const event_type of [null, ""]) {
      const account = await dispatcher.account();
      const webhook = created(
        await account.api.post("/v1/webhooks", {
          target_url: url,
          event_type,
          basic_auth_username: event_type,
          basic_auth_password: event_type,
          additional_headers: null,
        }),
      );
      assert.deepEqual(undated(webhook), { ...plain, id: webhook.id });
    }
  });

  test("accepts an empty event type in a form as all types", async () => {
    const account = await dispatcher.account();
    const body = new URLSearchParams({ target_url: url, event_type: "" });
    assert.equal(
      must(201, await account.api.call("POST", "/v1/webhooks", body)).json.event_type,
      null,
    );
  });

  test("uses the last value of a repeated flag in a form", async () => {
    const account = await dispatcher.account();
    const form = new URLSearchParams([
      ["target_url", "http://example.com/"],
      ["active", "false"],
      ["active", "true"],
    ]);
    const created = must(201, await account.api.call("POST", "/v1/webhooks", form)).json;
    assert.equal(created.active, true);
  });

  test("accepts a URL of up to 1,024 characters", async () => {
    const account = await dispatcher.account();
    const longest = `http://example.com/${"a".repeat(1_024 - 19)}`;
    assert.equal((await account.create({ target_url: longest })).target_url, longest);
    refused(await account.api.post("/v1/webhooks", { target_url: `${longest}a` }), {
      target_url: ["Ensure this field has no more than 1024 characters."],
    });
  });

  test("accepts a number as user name", async () => {
    const account = await dispatcher.account();
    const { json } = must(
      201,
      await account.api.post("/v1/webhooks", { target_url: url, basic_auth_username: 5 }),
    );
    assert.equal(json.basic_auth_username, "5");
  });

  test("gives ids that sort by time", async () => {
    const account = await dispatcher.account();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const before = Date.now();
      ids.push((await account.create({ target_url: url })).id);
      await until("the next millisecond", () => Date.now() > before + 1);
    }
    assert.deepEqual(ids, [...ids].sort());
    assert.deepEqual(
      (await listed(account)).results.map((webhook: { id: string }) => webhook.id),
      ids,
    );
  });

  const documented: {
    where: string;
    verbatim: string;
    corrected: string;
    missing_comma: { line: number; column: number };
  }[] = JSON.parse(documentText("tests/vectors/seed-bodies.json"));
  for (const { where, verbatim, corrected, missing_comma: at } of documented) {
    test(`of the vendor's example (${where}) names the missing comma`, async () => {
      const account = await dispatcher.account();
      const answer = await account.api.text("POST", "/v1/webhooks", verbatim);
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["detail"]);
      assert.match(answer.json.detail, /^JSON parse error - /);
      assert.match(answer.json.detail, new RegExp(`line ${at.line} column ${at.column}\\b`));
      assert.match(answer.json.detail, /,/, "the missing comma is named");
      must(201, await account.api.text("POST", "/v1/webhooks", corrected));
    });
  }
});

describe("the list", { concurrency: 8 }, () => {
  test("is empty at first", async () => {
    const account = await dispatcher.account();
    for (const query of ["", "?page=1", "?page=last"]) {
      const answer = must(200, await account.api.get(`/v1/webhooks${query}`));
      assert.deepEqual(answer.json, { count: 0, next: null, previous: null, results: [] });
      assert.deepEqual(Object.keys(answer.json), ["count", "next", "previous", "results"]);
    }
    const beyond = await account.api.get("/v1/webhooks?page=2");
    assert.equal(beyond.status, 404);
    assert.deepEqual(beyond.json, { detail: "Invalid page." });
  });

  test("has pages with links to their neighbours", async () => {
    const account = await dispatcher.account();
    const all: unknown[] = [];
    for (let n = 0; n < 5; n += 1)
      all.push(inList(await account.create({ target_url: `${url}/${n}` })));
    const at = (query: string) => account.api.url(`/v1/webhooks${query}`);
    /** Query, first and one past the last row, next, previous. */
    const pages: [
      query: string,
      from: number,
      to: number,
      next: string | null,
      previous: string | null,
    ][] = [
      ["", 0, 5, null, null],
      ["?page_size=2", 0, 2, "?page=2&page_size=2", null],
      ["?page_size=2&page=1", 0, 2, "?page=2&page_size=2", null],
      ["?page=2&page_size=2", 2, 4, "?page=3&page_size=2", "?page_size=2"],
      ["?page=3&page_size=2", 4, 5, null, "?page=2&page_size=2"],
      ["?page=last&page_size=2", 4, 5, null, "?page=2&page_size=2"],
      ["?page=&page_size=2", 0, 2, "?page=2&page_size=2", null],
      ["?page=%202&page_size=2", 2, 4, "?page=3&page_size=2", "?page_size=2"],
      ["?page=9&page=2&page_size=2", 2, 4, "?page=3&page_size=2", "?page_size=2"],
      ["?page_size=2&q=%20&event_type=", 0, 2, "?event_type=&page=2&page_size=2&q=+", null],
      ["?page_size=5", 0, 5, null, null],
      ["?page_size=100000", 0, 5, null, null],
      ["?page_size=99999999999999999999", 0, 5, null, null],
      ["?page_size=0", 0, 5, null, null],
      ["?page_size=-1", 0, 5, null, null],
      ["?page_size=abc", 0, 5, null, null],
      ["?page_size=", 0, 5, null, null],
    ];
    for (const [query, from, to, next, previous] of pages) {
      const page = await listed(account, query);
      assert.equal(page.count, 5, query);
      assert.deepEqual(page.results, all.slice(from, to), query);
      assert.equal(page.next, next === null ? null : at(next), query);
      assert.equal(page.previous, previous === null ? null : at(previous), query);
    }
    for (const page of [
      "4",
      "99",
      "0",
      "-1",
      "abc",
      "1.0",
      "1.5",
      "99999999999999999999",
      "%00",
      "%ff",
    ]) {
      const answer = await account.api.get(`/v1/webhooks?page_size=2&page=${page}`);
      assert.equal(answer.status, 404, `page ${page}: ${answer.text}`);
      assert.deepEqual(answer.json, { detail: "Invalid page." });
    }
  });

  test("shows each webhook once when its links are followed", async () => {
    const account = await dispatcher.account();
    const all: string[] = [];
    for (let n = 0; n < 7; n += 1) all.push((await account.create({ target_url: url })).id);
    const seen: string[] = [];
    let next: string | null = account.api.url("/v1/webhooks?page_size=3");
    while (next !== null) {
      const page: { next: string | null; results: Webhook[] } = must(
        200,
        await account.api.get(next),
      ).json;
      seen.push(...page.results.map(({ id }) => id));
      next = page.next;
    }
    assert.deepEqual(seen, all);
  });

  test("shows every change", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: url });
    const changed = must(
      200,
      await account.api.patch(`/v1/webhooks/${id}`, {
        active: false,
        event_type: "QUIZ_COMPLETION",
        target_url: `${url}/2`,
        basic_auth_username: "u",
        additional_headers: { "x-a": "1" },
      }),
    ).json;
    await until("the list to show it", async () =>
      isDeepStrictEqual((await listed(account)).results, [inList(changed)]),
    );
    must(204, await account.api.delete(`/v1/webhooks/${id}`));
    await until("the list to be empty", async () => (await listed(account)).count === 0);
  });

  test("shows the last of many changes of one webhook", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: url });
    for (let n = 0; n < 10; n += 1) {
      must(200, await account.api.patch(`/v1/webhooks/${id}`, { target_url: `${url}/${n}` }));
    }
    await until(
      "the list to show it",
      async () => (await listed(account)).results[0].target_url === `${url}/9`,
    );
  });
});

describe("a deletion", { concurrency: 8 }, () => {
  test("is 204, then 404, and removes the data of the object and the record", async () => {
    const account = await dispatcher.account();
    const [gone, stays] = [
      await account.create({ target_url: url }),
      await account.create({ target_url: url }),
    ];
    const answer = await account.api.delete(`/v1/webhooks/${gone.id}`);
    assert.equal(answer.status, 204);
    assert.equal(answer.text, "");
    assert.equal(answer.headers.get("content-type"), null);
    for (const method of ["GET", "DELETE", "PUT"]) {
      const sent = method === "PUT" ? `{"active":true}` : undefined;
      const again = await account.api.call(method, `/v1/webhooks/${gone.id}`, sent, {
        "content-type": "application/json",
      });
      assert.equal(again.status, 404, `${method}: ${again.text}`);
    }
    const object = await dispatcher.webhookObject(account.name, gone.id);
    await until(
      "the storage of the object to be empty",
      async () => !(await dispatcher.nonEmptyWebhookObjects()).includes(object),
    );
    await until(
      "the record to be removed",
      async () =>
        Object.keys(await dispatcher.records(`webhook:${account.name}:`)).join() ===
        `webhook:${account.name}:${stays.id}`,
    );
    assert.deepEqual((await listed(account)).results, [inList(stays)]);
  });

  test("of many webhooks at once removes all of them", async () => {
    const account = await dispatcher.account();
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push((await account.create({ target_url: url })).id);
    const answers = await Promise.all(
      [...ids, ...ids].map((id) => account.api.delete(`/v1/webhooks/${id}`)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [
      ...Array(10).fill(204),
      ...Array(10).fill(404),
    ]);
    await until("the list to be empty", async () => (await listed(account)).count === 0);
  });
});
