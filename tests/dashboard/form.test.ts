// The fields of the webhook form, without a browser: what it sends, and what it refuses.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { recipientsOf, takes } from "../../dashboard/src/pages/takes.ts";
import {
  changedNames, createBody, emptyFields, fieldsOf, problemsOf, rebased, updateBody,
  type WebhookFields,
} from "../../dashboard/src/pages/webhook_fields.ts";
import type { EventType, ReadWebhook, Webhook } from "../../dashboard/src/types.ts";

const long = "9223372036854775807";
const catalogue = ["COURSE_COMPLETION", "QUIZ_COMPLETION"].map(
  (name): EventType => ({ name, description: "", example: "", schema: "", deprecated: false }),
);

/** A webhook as a dispatcher answers it that has no lists of event types yet. */
const old = {
  id: "w1",
  target_url: "https://example.com/hook",
  active: true,
  deactivate_reason: null,
  event_type: null,
  basic_auth_username: "",
  basic_auth_password: "",
  additional_headers: {},
  max_in_flight: 64,
  filter: null,
} as unknown as Webhook;
const plain: Webhook = {
  ...old,
  name: "",
  metadata: {},
  event_types: [],
  timeout_ms: null,
  retry: null,
  deactivate_on_4xx: true,
  hold_while_paused: false,
};
const full: Webhook = {
  ...plain,
  basic_auth_username: "ada",
  basic_auth_password: "********",
  additional_headers: { "X-Tenant": "********" },
  name: "HR",
  metadata: { owner: "people" },
  event_types: ["COURSE_*", "QUIZ_COMPLETION"],
  timeout_ms: 5_000,
  retry: { limit: 12, max_ms: 60_000 },
  deactivate_on_4xx: false,
  hold_while_paused: true,
};

const read = (webhook: Webhook, filterText = ""): ReadWebhook => ({
  webhook,
  filterText,
  etag: '"1"',
});
const pair = (name: string, value: string) => ({ key: `${name} ${value}`, name, value });

describe("a change", () => {
  /** Returns what is sent for a change of the form. */
  const sent = (webhook: Webhook, change: Partial<WebhookFields>, filterText = "") => {
    const before = fieldsOf(read(webhook, filterText), catalogue);
    return updateBody(before, { ...before, ...change }, webhook.event_types !== undefined);
  };

  test("sends what was changed, and nothing else", () => {
    for (const webhook of [old, plain, full]) assert.equal(sent(webhook, {}), "{}");
    for (const [webhook, change, body] of [
      [full, { name: " Payroll " }, '{"name":"Payroll"}'],
      [full, { target_url: "https://b.example/" }, '{"target_url":"https://b.example/"}'],
      [full, { basic_auth_username: "", basic_auth_password: "" },
        '{"basic_auth_username":null,"basic_auth_password":null}'],
      [full, { headers: [pair("X-Tenant", "********"), pair("X-New", "1")] },
        '{"additional_headers":{"X-Tenant":"********","X-New":"1"}}'],
      [full, { retry_limit: "", retry_max_ms: "" }, '{"retry":null}'],
      [full, { retry_base_ms: "500" }, '{"retry":{"limit":12,"base_ms":500,"max_ms":60000}}'],
      [full, { timeout_ms: "" }, '{"timeout_ms":null}'],
      [full, { metadata: [] }, '{"metadata":{}}'],
      [plain, { max_in_flight: "" }, '{"max_in_flight":null}'],
      [plain, { hold_while_paused: true }, '{"hold_while_paused":true}'],
      [old, { ordered: true, retry_4xx: true }, '{"ordered":true,"retry_4xx":true}'],
    ] as const) {
      assert.equal(sent(webhook, change as Partial<WebhookFields>), body);
    }
  });

  test("of the events replaces the type or the list as a whole", () => {
    for (const [webhook, change, body] of [
      [plain, { takesAll: false, types: ["QUIZ_COMPLETION"] },
        { event_types: ["QUIZ_COMPLETION"], event_type: null }],
      [full, { types: [], patterns: "COURSE_*,PATH_*  COURSE_*" },
        { event_types: ["COURSE_*", "PATH_*"], event_type: null }],
      [full, { takesAll: true }, { event_types: [], event_type: null }],
      [{ ...plain, event_type: "QUIZ_COMPLETION" }, { takesAll: true },
        { event_types: [], event_type: null }],
      // A dispatcher without lists has one type or all.
      [old, { takesAll: false, types: ["QUIZ_COMPLETION"] }, { event_type: "QUIZ_COMPLETION" }],
      [{ ...old, event_type: "QUIZ_COMPLETION" }, { takesAll: true }, { event_type: null }],
    ] as const) {
      const text = sent(webhook as Webhook, change as unknown as Partial<WebhookFields>);
      assert.deepEqual(JSON.parse(text), body);
    }
  });

  test("of the filter keeps every digit, and its layout is no change", () => {
    const filter = `{"id":{"$gt":${long}}}`;
    const webhook = { ...plain, filter: { id: { $gt: Number(long) } } };
    const indented = `{\n  "id": {\n    "$gt": ${long}\n  }\n}`;
    assert.equal(sent(webhook, { filter: ` ${filter}\n` }, indented), "{}");
    const changed = sent(plain, { filter });
    assert.ok(changed.includes(long), changed);
    assert.equal(JSON.stringify(JSON.parse(changed)), `{"filter":{"id":{"$gt":${Number(long)}}}}`);
    assert.equal(sent(webhook, { filter: " " }, filter), '{"filter":null}');
  });
});

test("a new webhook sends its target, and what is not the default", () => {
  const target_url = "https://example.com/";
  assert.equal(createBody({ ...emptyFields, target_url }), `{"target_url":"${target_url}"}`);
  assert.equal(createBody(emptyFields), '{"target_url":""}');
  const body = createBody({
    ...emptyFields,
    target_url,
    name: "HR",
    takesAll: false,
    types: ["QUIZ_COMPLETION"],
    signature: "ed25519",
    metadata: [pair("owner", "people"), pair("", "")],
  });
  assert.deepEqual(JSON.parse(body), {
    target_url,
    name: "HR",
    metadata: { owner: "people" },
    event_type: "QUIZ_COMPLETION",
    signature: "ed25519",
  });
});

test("what needs no answer to be seen is refused before it is sent", () => {
  const problems = (change: Partial<WebhookFields>) => problemsOf({ ...emptyFields, ...change });
  const headers = (...names: string[]) => ({ headers: names.map((name) => pair(name, name)) });
  assert.deepEqual(problems({}), {});
  assert.deepEqual(problems(headers("X-A", "x-b", "", "")), {});
  for (const [names, texts] of [
    [["X-A", "X-A"], ["X-A is there twice."]],
    [["X-A", " x-a "], ["x-a is there twice."]],
    [["X-A", "X-B", "x-b", "X-a", "x-A"], ["x-A is there twice.", "x-b is there twice."]],
  ] as const) {
    assert.deepEqual(problems(headers(...names))["additional_headers"]?.toSorted(), texts);
  }
  assert.deepEqual(problems({ metadata: [pair("a", "1"), pair("A", "2")] }), {});
  const metadata = [pair("a", "1"), pair("a", "2")];
  assert.deepEqual(Object.keys(problems({ metadata })), ["metadata"]);
  assert.deepEqual(Object.keys(problems({ takesAll: false, patterns: " , " })), ["event_types"]);
  assert.deepEqual(problems({ takesAll: false, patterns: "COURSE_*" }), {});
  assert.deepEqual(Object.keys(problems({ filter: "{ not yet" })), ["filter"]);
});

test("after a change by somebody else the form has both changes", () => {
  const before = fieldsOf(read(full), catalogue);
  const mine = { ...before, name: "Mine", ordered: true };
  const theirs = { ...full, name: "Theirs", target_url: "https://new.example/" };
  const fresh = fieldsOf(read(theirs), catalogue);
  assert.deepEqual(changedNames(before, fresh), ["target_url", "name"]);
  const merged = rebased(before, mine, fresh);
  assert.deepEqual(merged, { ...fresh, name: "Mine", ordered: true });
  // What is sent then is what this user has changed.
  assert.equal(updateBody(fresh, merged, true), '{"name":"Mine","ordered":true}');
});

describe("the webhooks that an event goes to", () => {
  const webhook = (change: Partial<Webhook>) => ({ ...plain, ...change });
  test("are those that take its type", () => {
    for (const [change, type, isTaken] of [
      [{}, "QUIZ_COMPLETION", true],
      [{}, "WEBHOOK_FAILING", false],
      [{ event_type: "QUIZ_COMPLETION" }, "QUIZ_COMPLETION", true],
      [{ event_type: "QUIZ_COMPLETION" }, "COURSE_COMPLETION", false],
      [{ event_type: "WEBHOOK_ALERT" }, "QUIZ_COMPLETION", false],
      [{ event_types: ["COURSE_*", "PATH_COMPLETION"] }, "COURSE_COMPLETION", true],
      [{ event_types: ["COURSE_*", "PATH_COMPLETION"] }, "PATH_COMPLETION", true],
      [{ event_types: ["COURSE_*", "PATH_COMPLETION"] }, "QUIZ_COMPLETION", false],
    ] as const) {
      assert.equal(takes(webhook(change as Partial<Webhook>), type), isTaken, type);
    }
  });
  test("are counted once for a URL, with those that filter and those that hold", () => {
    const off = { active: false, deactivate_reason: "RETRY_COUNT" } as const;
    const webhooks = [
      webhook({}),
      webhook({ target_url: "https://EXAMPLE.com:443/hook" }),
      webhook({ target_url: "https://b.example/", filter: {} }),
      webhook({ target_url: "https://c.example/", filter: {} }),
      webhook({ target_url: "https://c.example/" }),
      webhook({ target_url: "https://d.example/", ...off }),
      webhook({ target_url: "https://e.example/", active: false }),
      webhook({ target_url: "https://f.example/", active: false, hold_while_paused: true }),
      webhook({ target_url: "https://g.example/", ...off, deactivate_reason: "ORG_DISABLED" }),
      webhook({ target_url: "https://h.example/", event_type: "COURSE_COMPLETION" }),
    ];
    assert.deepEqual(recipientsOf(webhooks, "QUIZ_COMPLETION"), { sent: 3, filtered: 1, held: 2 });
    assert.deepEqual(recipientsOf([], "QUIZ_COMPLETION"), { sent: 0, filtered: 0, held: 0 });
  });
});
