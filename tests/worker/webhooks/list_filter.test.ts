// The filters of the list of webhooks: `active`, `event_type`, `name` and `q`. They apply to the
// count, the pages and the links as well.

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

  const named = [
    ["Orders", "https://Example.com/hooks/a"],
    ["orders 2", "https://example.com/hooks/b"],
    ["Ärzte", "https://example.com/orders"],
    ["", "https://other.example.org/"],
  ] as const;
  const searches: [query: string, found: number[]][] = [
    ["?q=orders", [0, 1, 2]],
    ["?q=ORDERS", [0, 1, 2]],
    ["?q=%20orders%20", [0, 1, 2]],
    ["?q=ders+2", [1]],
    ["?q=%C3%A4RZTE", [2]],
    ["?q=hooks/", [0, 1]],
    ["?q=EXAMPLE.COM/hooks/B", [1]],
    ["?q=", [0, 1, 2, 3]],
    ["?q=nothing", []],
    ["?q=%25", []],
    ["?name=Orders", [0]],
    ["?name=orders", []],
    ["?name=", [3]],
    ["?name=orders+2&q=hooks", [1]],
    ["?name=Orders&q=other", []],
    ["?q=orders&active=true", [0, 2]],
    ["?q=orders&event_type=QUIZ_COMPLETION", [2]],
  ];
  test("is searched by name and URL", async (context) => {
    const own = await dispatcher.account();
    const ids: string[] = [];
    for (const [index, [name, target_url]] of named.entries()) {
      const event_type = index === 2 ? "QUIZ_COMPLETION" : null;
      ids.push((await own.create({ target_url, name, active: index !== 1, event_type })).id);
    }
    const find = async (query: string) =>
      must(200, await own.api.get(`/v1/webhooks${query}`)).json;
    await until("the list to have all webhooks", async () => (await find("")).count === ids.length);
    for (const [query, found] of searches) {
      await context.test(`with ${query}`, async () => {
        const page = await find(query);
        assert.deepEqual(page.results.map(({ id }: { id: string }) => ids.indexOf(id)), found);
        assert.equal(page.count, found.length);
      });
    }
  });

  test("of hundreds of webhooks is found by pages, each webhook once", async () => {
    const own = await dispatcher.account();
    const all = Array.from({ length: 350 }, (_, n) => ({
      id: `w${String(n).padStart(4, "0")}`,
      target_url: `${url}/${n}`,
      name: n % 3 === 0 ? `Third ${n}` : `Other ${n}`,
    }));
    for (let from = 0; from < all.length; from += 100) {
      const body = all.slice(from, from + 100).map((line) => JSON.stringify(line)).join("\n");
      const path = `/v1/admin/accounts/${own.name}/import`;
      const type = { "content-type": "application/x-ndjson" };
      must(200, await dispatcher.admin.call("POST", path, body, type));
    }
    await until("the list to have all webhooks", async () =>
      must(200, await own.api.get("/v1/webhooks?page_size=1")).json.count === all.length);
    const thirds = all.filter(({ name }) => name.startsWith("Third")).map(({ id }) => id);
    for (const [query, expected] of [
      ["q=third&page_size=25", thirds],
      ["q=THIRD", thirds],
      ["q=/hook/34", ["w0034", ...Array.from({ length: 10 }, (_, n) => `w034${n}`)]],
      ["page_size=100", all.map(({ id }) => id)],
      ["q=other+349", ["w0349"]],
    ] as [string, string[]][]) {
      const seen: string[] = [];
      let next: string | null = own.api.url(`/v1/webhooks?${query}`);
      while (next !== null) {
        const page: any = must(200, await own.api.get(next)).json;
        assert.equal(page.count, expected.length, query);
        seen.push(...page.results.map(({ id }: { id: string }) => id));
        next = page.next;
      }
      assert.deepEqual(seen, expected, query);
      const last = must(200, await own.api.get(`/v1/webhooks?${query}&page=last`)).json;
      assert.equal(last.results.at(-1).id, expected.at(-1));
    }
  });

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
