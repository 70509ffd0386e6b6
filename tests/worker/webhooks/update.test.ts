// Updates of a webhook: PUT and PATCH both keep the fields that are not sent, in JSON and in forms.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";
import {
  fields, inList, listed, mask, plain, refused, refusedFor, senders, undated, url,
} from "../support/webhook_fields.ts";

const { dispatcher } = await fixture({});

describe("an update", { concurrency: 8 }, () => {
  const full = {
    target_url: url,
    active: true,
    event_type: "COURSE_ENROLLMENT",
    basic_auth_username: "u",
    basic_auth_password: "p",
    additional_headers: { "x-a": "1", "X-B": "2" },
    max_in_flight: 7,
    name: "Orders",
    metadata: { team: "a", note: "b" },
    timeout_ms: 3_000,
    retry: { limit: 3 },
  };

  for (const method of ["PUT", "PATCH"]) {
    for (const [what, encode] of senders) {
      test(`by ${method} with ${what} changes the sent fields and keeps the others`, async () => {
        const account = await dispatcher.account();
        const created = await account.create(full);
        let expected: Record<string, unknown> = undated(created);
        let last = created.updated_at!;
        const path = `/v1/webhooks/${created.id}`;
        const changes: [sent: Record<string, unknown>, shown: Record<string, unknown>][] = [
          [{ target_url: `${url}/updated` }, {}],
          [{ active: false }, {}],
          [{ event_type: "QUIZ_COMPLETION" }, {}],
          [{ event_type: "" }, { event_type: null }],
          [
            { event_types: ["COURSE_*", "QUIZ_*", "COURSE_*"] },
            { event_types: ["COURSE_*", "QUIZ_*"] },
          ],
          [{ event_type: "" }, { event_type: null }],
          [{ event_type: "PATH_COMPLETION" }, { event_types: [] }],
          [{ event_types: ["QUIZ_*", "WEBHOOK_*"], event_type: "" }, { event_type: null }],
          [
            { event_types: ["QUIZ_COMPLETION"] },
            { event_type: "QUIZ_COMPLETION", event_types: [] },
          ],
          [{ event_types: [] }, {}],
          [{ event_type: "", event_types: [] }, { event_type: null }],
          [{ basic_auth_username: "v" }, {}],
          [{ basic_auth_password: "q" }, { basic_auth_password: mask }],
          [{ basic_auth_password: mask }, {}],
          [
            { additional_headers: { "x-a": mask, "x-c": "3" } },
            { additional_headers: { "x-a": mask, "x-c": mask } },
          ],
          [{ additional_headers: {} }, {}],
          [{ basic_auth_username: "", basic_auth_password: "" }, {}],
          [{ max_in_flight: 256 }, {}],
          [{ max_in_flight: "1" }, { max_in_flight: 1 }],
          [{ max_in_flight: "" }, { max_in_flight: 64 }],
          [{ name: "Orders 2 " }, { name: "Orders 2" }],
          [{ name: "" }, {}],
          [{ metadata: { team: "b" } }, {}],
          [{ metadata: {} }, {}],
          [{ timeout_ms: 5_000 }, {}],
          [{ timeout_ms: "6000" }, { timeout_ms: 6_000 }],
          [{ timeout_ms: "" }, { timeout_ms: null }],
          [{ retry: { limit: 5 } }, {}],
          [{ retry: { base_ms: 1_000, max_ms: 2_000 } }, {}],
          [{ retry: {} }, { retry: null }],
          [{ deactivate_on_4xx: false }, {}],
          [{ deactivate_on_4xx: "yes" }, { deactivate_on_4xx: true }],
          [{ hold_while_paused: true }, {}],
          [{ hold_while_paused: 0 }, { hold_while_paused: false }],
          [{ active: true }, {}],
          [
            { id: "mine", deactivate_reason: "RETRY_COUNT" },
            { id: created.id, deactivate_reason: null },
          ],
          [{ created_at: "2000-01-01T00:00:00Z", updated_at: "2000-01-01T00:00:00Z" }, {}],
        ];
        for (const [sent, shown] of changes) {
          const [body, headers] = encode(sent);
          const { json } = must(200, await account.api.call(method, path, body, headers));
          const { created_at: _, updated_at: __, ...known } = {
            created_at: 0, updated_at: 0, ...sent,
          };
          const settings: Record<string, unknown> = { ...expected, ...known, ...shown };
          const changed = { ...settings, state: settings["active"] === true ? "untried" : "paused" };
          assert.deepEqual(undated(json), changed, JSON.stringify(sent));
          assert.deepEqual(Object.keys(json), fields);
          assert.deepEqual(await account.read(created.id), json);
          assert.equal(json.created_at, created.created_at);
          const isChanged = !isDeepStrictEqual(changed, expected);
          // Two changes may be made in the same millisecond. A new password reads as the old one.
          if (isChanged) assert.ok(json.updated_at >= last, JSON.stringify(sent));
          else if (!("basic_auth_password" in sent)) assert.equal(json.updated_at, last);
          [expected, last] = [changed, json.updated_at];
        }
      });
    }

    test(`by ${method} with null clears the optional fields`, async () => {
      const account = await dispatcher.account();
      const before = await account.create(full);
      const { json } = must(
        200,
        await account.api.call(
          method,
          `/v1/webhooks/${before.id}`,
          JSON.stringify({
            event_type: null,
            basic_auth_username: null,
            basic_auth_password: null,
            additional_headers: null,
            max_in_flight: null,
            name: null,
            metadata: null,
            event_types: null,
            timeout_ms: null,
            retry: null,
          }),
          { "content-type": "application/json" },
        ),
      );
      assert.deepEqual(undated(json), { ...plain, id: before.id });
    });

    test(`by ${method} without fields changes nothing`, async () => {
      const account = await dispatcher.account();
      const before = await account.create(full);
      const path = `/v1/webhooks/${before.id}`;
      assert.deepEqual(must(200, await account.api.text(method, path, "{}")).json, before);
      assert.deepEqual(
        must(200, await account.api.call(method, path, new URLSearchParams())).json,
        before,
      );
      assert.deepEqual(
        must(200, await account.api.text(method, path, JSON.stringify(before))).json,
        before,
      );
    });

    test(`by ${method} with invalid fields is refused and changes nothing`, async () => {
      const account = await dispatcher.account();
      const before = await account.create(full);
      const path = `/v1/webhooks/${before.id}`;
      const send = (sent: unknown) => account.api.text(method, path, JSON.stringify(sent));
      refused(await send({ target_url: "" }), { target_url: ["This field may not be blank."] });
      refused(await send({ target_url: null }), { target_url: ["This field may not be null."] });
      refused(await send({ target_url: "nope", active: "maybe", event_type: "x" }), {
        target_url: ["Enter a valid URL."],
        active: ["Must be a valid boolean."],
        event_type: [`"x" is not a valid choice.`],
      });
      refused(await send({ max_in_flight: 257, active: "maybe" }), {
        active: ["Must be a valid boolean."],
        max_in_flight: ["A whole number from 1 to 256 is required."],
      });
      refused(await send({ active: null }), { active: ["This field may not be null."] });
      refusedFor(
        await send({ target_url: `${url}/2`, basic_auth_username: "a:b" }),
        "basic_auth_username",
      );
      refusedFor(
        await send({ active: false, additional_headers: { Host: "x" } }),
        "additional_headers",
      );
      refusedFor(
        await send({ active: false, additional_headers: { "x-never-set": mask } }),
        "additional_headers",
      );
      refused(await send([]), {
        non_field_errors: ["Invalid data. Expected a dictionary, but got list."],
      });
      assert.equal((await account.api.text(method, path, "{")).status, 400);
      assert.equal(
        (await account.api.call(method, path, "{}", { "content-type": "text/plain" })).status,
        415,
      );
      assert.deepEqual(await account.read(before.id), before);
    });

    test(`by ${method} refuses an Authorization header with basic authentication`, async () => {
      const account = await dispatcher.account();
      const send = (id: string, sent: unknown) =>
        account.api.text(method, `/v1/webhooks/${id}`, JSON.stringify(sent));
      const authorization = { additional_headers: { Authorization: "Bearer x" } };
      const withBasic = await account.create({ target_url: url, basic_auth_username: "u" });
      assert.equal((await send(withBasic.id, authorization)).status, 400);
      assert.deepEqual(await account.read(withBasic.id), withBasic);
      must(200, await send(withBasic.id, { ...authorization, basic_auth_username: null }));
      const withHeader = await account.create({ target_url: url, ...authorization });
      assert.equal((await send(withHeader.id, { basic_auth_password: "p" })).status, 400);
      assert.deepEqual(await account.read(withHeader.id), withHeader);
      must(200, await send(withHeader.id, { basic_auth_password: "p", additional_headers: null }));
    });
  }

  test("by several concurrent callers loses no field", async () => {
    const account = await dispatcher.account();
    const { id } = await account.create({ target_url: url });
    const changes = [
      { target_url: `${url}/2` },
      { active: false },
      { event_type: "QUIZ_COMPLETION" },
      { basic_auth_username: "u" },
      { basic_auth_password: "p" },
      { additional_headers: { "x-a": "1" } },
      { name: "n" },
      { metadata: { a: "b" } },
      { timeout_ms: 2_000 },
      { retry: { limit: 4 } },
      { deactivate_on_4xx: false },
      { hold_while_paused: true },
    ];
    await Promise.all(
      changes.map(async (change) =>
        must(200, await account.api.patch(`/v1/webhooks/${id}`, change)),
      ),
    );
    const shown = { basic_auth_password: mask, additional_headers: { "x-a": mask } };
    const expected = Object.assign({ ...plain, id, state: "paused" }, ...changes, shown);
    const changed = await account.read(id);
    assert.deepEqual(undated(changed), expected);
    await until("the list to show all changes", async () =>
      isDeepStrictEqual((await listed(account)).results, [inList(changed)]),
    );
  });

  test("of an unknown webhook is 404, with any body", async () => {
    const account = await dispatcher.account();
    const objects = await dispatcher.webhookObjects();
    for (const body of [`{"active":true}`, "{", "[]", `{"target_url":""}`]) {
      for (const method of ["PUT", "PATCH"]) {
        const answer = await account.api.text(method, "/v1/webhooks/0000nothere", body);
        assert.equal(answer.status, 404, answer.text);
        assert.deepEqual(Object.keys(answer.json), ["detail"]);
      }
    }
    const opened = (await dispatcher.webhookObjects()).filter((id) => !objects.includes(id));
    const object = await dispatcher.webhookObject(account.name, "0000nothere");
    assert.ok(!opened.includes(object), "the update of an unknown webhook stored something");
  });
});
