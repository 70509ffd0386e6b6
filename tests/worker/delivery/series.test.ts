// The deliveries of a webhook over time: counts and durations by steps, from real attempts.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { hang, reply, type Responder } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { dispatcher, subscribe } = await fixture({
  vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 200, RETRY_LIMIT: 3, DELIVERY_TIMEOUT_MS: 2_000 },
});

const slowMs = 300;
const slow: Responder = async (_request, response) => {
  await pause(slowMs);
  response.writeHead(200).end();
};

const counts = ["delivered", "retried", "open", "failed", "held"] as const;
type Counts = Record<(typeof counts)[number], number>;

interface Point extends Counts {
  at: string;
  p50_ms: number | null;
  p95_ms: number | null;
}

interface Series {
  step: number;
  complete: boolean;
  series: Point[];
}

const read = async (account: Account, path: string, query = ""): Promise<Series> =>
  must(200, await account.api.get(`${path}/stats/series${query}`)).json;

const sum = ({ series }: Series): Counts => {
  const total = (count: keyof Counts) => series.reduce((all, point) => all + point[count], 0);
  return Object.fromEntries(counts.map((count) => [count, total(count)])) as unknown as Counts;
};

const none: Counts = { delivered: 0, retried: 0, open: 0, failed: 0, held: 0 };

/** Waits until the series counts so many deliveries, and returns it. */
const reaches = (account: Account, path: string, expected: Partial<Counts>) =>
  until(`the series to be ${JSON.stringify(expected)}`, async () => {
    const found = await read(account, path);
    const sums = sum(found);
    const isEqual = counts.every((count) => sums[count] === { ...none, ...expected }[count]);
    return isEqual ? found : undefined;
  });

const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString());

describe("a series", { concurrency: 4 }, () => {
  test("counts what arrives at once and after retries, and how long that took", async () => {
    const { account, path, publish } = await subscribe({
      answers: [slow, reply(503), 200, reply(500), reply(502), 200, 200],
    });
    const marks = ["at once", "after one retry", "after two retries", "at once, too"];
    for (const [index, mark] of marks.entries()) {
      await publish(mark);
      await until("it to be delivered", async () => {
        const { delivered } = must(200, await account.api.get(`${path}/stats`)).json;
        return delivered === index + 1;
      });
    }
    const found = await reaches(account, path, { delivered: 2, retried: 2 });
    assert.equal(found.complete, true);
    const used = found.series.filter((point) => point.p50_ms !== null);
    // The publishes may lie on both sides of a step's begin.
    assert.ok(used.length === 1 || used.length === 2, `${used.length}`);
    const longest = Math.max(...used.map((point) => point.p95_ms!));
    assert.ok(longest > slowMs * 0.8 && longest < 2_000, `${longest} ms`);
    for (const point of used) assert.ok(point.p50_ms! <= point.p95_ms!);
  });

  test("counts what waits, what failed and what is held, as the numbers do", async () => {
    const { account, path, id, publish, mailbox } = await subscribe({ answers: [hang] });
    await publish("a");
    await reaches(account, path, { open: 1 });
    mailbox.answer(404);
    await account.deactivated(id);
    must(202, await account.api.post("/v1/events", event("held")));
    await reaches(account, path, { failed: 1, held: 1 });
    const stats = must(200, await account.api.get(`${path}/stats`)).json;
    assert.deepEqual([stats.undelivered, stats.held], [1, 1]);
    mailbox.answer(200);
    must(200, await account.api.patch(path, { active: true }));
    must(202, await account.api.post(`${path}/recover`));
    await reaches(account, path, { delivered: 1, retried: 1 });
  });

  test("counts a delivery once, also when it is sent again", async () => {
    const { account, path, publish, mailbox } = await subscribe();
    const id = await publish("a");
    await reaches(account, path, { delivered: 1 });
    must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
    await mailbox.got(2);
    await reaches(account, path, { delivered: 1 });
  });

  test("has every step of the range, whole ones, with zeros where nothing came", async () => {
    const { account, path, publish } = await subscribe();
    await publish("a");
    await reaches(account, path, { delivered: 1 });
    const nowMs = Date.now();
    const day = 86_400_000;
    const at = (point: Point) => Date.parse(point.at);
    for (const [query, step, least, most] of [
      ["", 1_800, 48, 49],
      ["?step=3600", 3_600, 24, 25],
      [`?from=${iso(nowMs - 3_600_000)}`, 60, 60, 62],
      [`?from=${iso(nowMs - 5 * 3_600_000)}&step=60`, 60, 300, 302],
      [`?from=${iso(nowMs - 7 * day)}`, 10_800, 56, 57],
      [`?from=${iso(nowMs - 7 * day)}&step=14400`, 14_400, 42, 43],
      [`?from=${iso(nowMs - 5 * 3_600_000)}&to=${iso(nowMs)}&step=60`, 60, 300, 301],
      [`?from=${iso(nowMs - 300 * day)}&step=86400`, 86_400, 300, 302],
    ] as const) {
      const found = await read(account, path, query);
      assert.equal(found.step, step, query);
      const { length } = found.series;
      assert.ok(length >= least && length <= most, `${query}: ${length} steps`);
      found.series.forEach((point, index) => {
        assert.equal(at(point) % (step * 1_000), 0, query);
        assert.equal(at(point), at(found.series[0]!) + index * step * 1_000, query);
      });
      assert.ok(at(found.series.at(-1)!) <= Date.now());
      assert.deepEqual(sum(found), { ...none, delivered: 1 }, query);
      const empty = found.series.filter((point) => point.delivered === 0);
      assert.equal(empty.length, length - 1);
      assert.ok(empty.every((point) => point.p50_ms === null && point.p95_ms === null));
    }
    const earlier = await read(account, path, `?to=${iso(nowMs - day)}`);
    assert.deepEqual(sum(earlier), none);
    const later = await read(account, path, `?from=${iso(nowMs + day)}&to=${iso(nowMs + 2 * day)}`);
    assert.deepEqual(sum(later), none);
  });

  test("of a webhook without deliveries has zeros", async () => {
    const { account, path } = await subscribe();
    const found = await read(account, path);
    assert.deepEqual([sum(found), found.complete], [none, true]);
  });
});

describe("a bad series", { concurrency: 4 }, () => {
  const table: [query: string, ...fields: string[]][] = [
    ["from=yesterday", "from"],
    ["from=", "from"],
    ["from=1700000000", "from"],
    ["from=2026-01-01", "from"],
    ["from=2026-13-01T00:00:00Z", "from"],
    ["from=2026-01-01T00:00:00", "from"],
    ["to=now", "to"],
    ["to=-1", "to"],
    ["from=2999-01-01T00:00:00Z", "from"],
    ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"],
    ["from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from"],
    ["step=59", "step"],
    ["step=0", "step"],
    ["step=-60", "step"],
    ["step=86401", "step"],
    ["step=1e3", "step"],
    ["step=60.0", "step"],
    ["step=1h", "step"],
    ["step=", "step"],
    ["step=99999999999999999999999", "step"],
    ["step=60", "step"],
    ["from=2026-01-01T00:00:00Z&to=2026-01-01T05:01:00Z&step=60", "step"],
    ["from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "step"],
    ["from=x&to=y&step=z", "from", "to", "step"],
    ["form=2026-01-01T00:00:00Z", "form"],
    ["status=held", "status"],
    ["cursor=o1", "cursor"],
  ];
  for (const [query, ...fields] of table) {
    test(`is refused with the parameter: ${query}`, async () => {
      const account = await dispatcher.account();
      const { id } = await account.create({ target_url: "https://example.com/" });
      const answer = await account.api.get(`/v1/webhooks/${id}/stats/series?${query}`);
      assert.deepEqual(Object.keys(must(400, answer).json), fields);
    });
  }

  test("is 404 for a webhook that is not there, and 405 for other methods", async () => {
    const { account, path } = await subscribe();
    const other = await dispatcher.account();
    must(404, await account.api.get("/v1/webhooks/nothing/stats/series"));
    must(404, await other.api.get(`${path}/stats/series`));
    must(404, await account.api.get(`${path}/stats/series/x`));
    for (const method of ["POST", "PUT", "DELETE"]) {
      const answer = await account.api.call(method, `${path}/stats/series`);
      assert.equal(must(405, answer).headers.get("allow"), "GET, HEAD, OPTIONS");
    }
    assert.equal((await account.api.call("HEAD", `${path}/stats/series`)).status, 200);
    const publisher = await dispatcher.account(account.name, ["events:write"]);
    must(403, await publisher.api.get(`${path}/stats/series`));
    must(401, await dispatcher.client().get(`${path}/stats/series`));
  });
});
