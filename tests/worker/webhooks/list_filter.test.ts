// The filters `active` and `event_type` of the list of webhooks. They apply to the count, the pages
// and the links as well.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher } = await fixture({});

const account = await dispatcher.account();
const url = "https://example.com/hook";
const made: string[] = [];
for (const fields of [
  { active: true },
  { active: false },
  { active: true, event_type: "QUIZ_COMPLETION" },
  { active: false, event_type: "QUIZ_COMPLETION" },
  { active: true, event_type: "QUIZ_COMPLETION" },
  { active: true, event_type: "PATH_COMPLETION" },
  { active: true, event_types: ["PATH_*", "COURSE_COMPLETION"] },
  { active: true, event_types: ["*"] },
])
  made.push((await account.create({ target_url: url, ...fields })).id);

async function list(query: string) {
  return must(200, await account.api.get(`/v1/webhooks${query}`)).json;
}

await until("the list to have all webhooks", async () => (await list("")).count === made.length);

describe("the list of webhooks", { concurrency: 8 }, () => {
  const cases: [query: string, found: number[]][] = [
    ["?active=true", [0, 2, 4, 5, 6, 7]],
    ["?active=false", [1, 3]],
    ["?event_type=QUIZ_COMPLETION", [2, 3, 4, 7]],
    ["?event_type=QUIZ_COMPLETION&active=true", [2, 4, 7]],
    ["?event_type=PATH_COMPLETION", [5, 6, 7]],
    ["?event_type=PATH_ENROLLMENT", [6, 7]],
    ["?event_type=WEBHOOK_FAILING", []],
    ["?event_type=", [0, 1]],
    ["?event_type=&active=false", [1]],
    ["?event_type=quiz_completion", []],
    ["?event_type=NO_SUCH_TYPE", [7]],
    ["?active=false&active=true", [0, 2, 4, 5, 6, 7]],
    ["?activ=false", [0, 1, 2, 3, 4, 5, 6, 7]],
  ];
  for (const [query, found] of cases) {
    test(`with ${query} has the matching webhooks and their count`, async () => {
      const page = await list(query);
      assert.deepEqual(
        page.results.map(({ id }: { id: string }) => made.indexOf(id)),
        found,
      );
      assert.deepEqual([page.count, page.next, page.previous], [found.length, null, null]);
    });
  }

  test("with filters has pages whose links keep the filters", async () => {
    const query = "active=true&event_type=QUIZ_COMPLETION&page_size=1";
    const first = await list(`?${query}`);
    assert.equal(first.results[0].id, made[2]);
    assert.equal(first.previous, null);
    const next = new URL(first.next);
    assert.equal(next.search, "?active=true&event_type=QUIZ_COMPLETION&page=2&page_size=1");
    const second = await list(next.search);
    assert.equal(second.results[0].id, made[4]);
    const third = await list(new URL(second.next).search);
    assert.equal(third.results[0].id, made[7]);
    assert.deepEqual([first.count, second.count, third.count, third.next], [3, 3, 3, null]);
    assert.equal(new URL(second.previous).search, `?${query}`);
    must(404, await account.api.get(`/v1/webhooks?${query}&page=4`));
    must(404, await account.api.get("/v1/webhooks?event_type=X&page=2"));
  });

  for (const value of ["", "True", "1", "yes", "null", "true%20"]) {
    test(`is refused for active=${value}`, async () => {
      const answer = must(400, await account.api.get(`/v1/webhooks?active=${value}`));
      const sentence = `"${decodeURIComponent(value)}" is not a valid choice.`;
      assert.deepEqual(answer.json, { active: [sentence] });
    });
  }

  test("shows a change of a webhook", async () => {
    const own = await dispatcher.account();
    const { id } = await own.create({ target_url: url });
    const count = async (query: string) =>
      must(200, await own.api.get(`/v1/webhooks${query}`)).json.count;
    await until("the webhook to be listed", async () => (await count("?active=true")) === 1);
    must(200, await own.api.patch(`/v1/webhooks/${id}`, { active: false }));
    await until("the list to show it", async () => (await count("?active=false")) === 1);
    assert.equal(await count("?active=true"), 0);
  });
});
