// Deliveries by their latest attempt: lists, resends and recoveries by status code and fault, and
// the export of a history as a file.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account } from "../support/harness.ts";
import { values } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { dispatcher, subscribe } = await fixture({ vars: { RETRY_BASE_MS: 3_600_000 } });

/** Publishes an event and waits until its first attempt is settled. Returns its id. */
async function publishSettled(account: Account, path: string, mark: string): Promise<string> {
  const { id } = must(202, await account.api.post("/v1/events", event(mark))).json;
  await until("the attempt to be settled", async () => {
    const { json } = await account.api.get(`${path}/deliveries/${id}`);
    return json.tries?.length > 0 && json.status !== "in_flight";
  });
  return id;
}

async function idsOf(account: Account, path: string, query: string): Promise<string[]> {
  const { json } = must(200, await account.api.get(`${path}/deliveries?${query}`));
  return json.results.map(({ event_id }: { event_id: string }) => event_id);
}

describe("deliveries by their latest attempt", async () => {
  const { account, mailbox, path } = await subscribe({ answers: [200, 201, 204, 503] });
  const ids: string[] = [];
  for (const mark of ["a", "b", "c", "d"]) ids.push(await publishSettled(account, path, mark));
  const [ok, created, empty, failed] = ids as [string, string, string, string];

  test("are listed with its status code and fault", async () => {
    const { json } = must(200, await account.api.get(`${path}/deliveries`));
    const shown = json.results.map((found: any) => [found.http_status_code, found.fault]);
    assert.deepEqual(shown, [[503, "http_status"], [204, null], [201, null], [200, null]]);
  });

  test("are found by a status code, a class of them, or a fault", async () => {
    for (const [query, expected] of [
      ["http_status_code=204", [empty]],
      ["http_status_code=2xx", [empty, created, ok]],
      ["http_status_code=5XX", [failed]],
      ["http_status_code=500", []],
      ["fault=http_status", [failed]],
      ["fault=dns", []],
      ["http_status_code=2xx&status=waiting", []],
      ["http_status_code=503&fault=http_status&status=waiting", [failed]],
      ["http_status_code=2xx&event_type=QUIZ_COMPLETION", []],
    ] as const)
      assert.deepEqual(await idsOf(account, path, query), expected, query);
    const first = must(200, await account.api.get(`${path}/deliveries?http_status_code=2xx&page_size=2`));
    assert.equal(first.json.results.length, 2);
    const rest = must(200, await account.api.get(first.json.next));
    assert.deepEqual(rest.json.results.map((found: any) => found.event_id), [ok]);
  });

  test("are not found by what is no status code or fault", async () => {
    for (const name of ["", "20", "2000", "xxx", "0xx", "20x", "abc", "2x", " 200"]) {
      const query = new URLSearchParams({ http_status_code: name });
      for (const call of [`${path}/deliveries`, `${path}/deliveries.csv`]) {
        const { json } = must(400, await account.api.get(`${call}?${query}`));
        assert.deepEqual(Object.keys(json).slice(0, 1), ["http_status_code"], name);
      }
    }
    const { json } = must(400, await account.api.get(`${path}/deliveries?fault=broken`));
    assert.deepEqual(json.fault, ['"broken" is not a valid choice.']);
  });

  test("are sent again by the same filters", async () => {
    mailbox.answer(200);
    const before = mailbox.count;
    const query = "http_status_code=2xx&status=delivered";
    const answer = must(202, await account.api.post(`${path}/deliveries/resend?${query}`));
    assert.deepEqual(answer.json, { resent: 3, next: null });
    const requests = await mailbox.got(before + 3);
    const sent = requests.slice(before).map((request) => values(request, "webhook-id")[0]!);
    assert.deepEqual(sent.toSorted(), [ok, created, empty].toSorted());
    const { json } = must(200, await account.api.get("/v1/audit"));
    const entry = json.results.find((found: any) => found.action === "deliveries.resent");
    assert.equal(entry.count, 3);
    const none = must(202, await account.api.post(`${path}/deliveries/resend?fault=dns`));
    assert.deepEqual(none.json, { resent: 0, next: null });
  });

  test("are not sent again without a filter, or with a bad one", async () => {
    const before = mailbox.count;
    for (const query of ["", "?cursor=o9", "?fault=broken", "?page_size=2", "?http_status_code=2x"])
      must(400, await account.api.post(`${path}/deliveries/resend${query}`));
    must(405, await account.api.get(`${path}/deliveries/resend`));
    const { api: reader } = await dispatcher.account(account.name, ["webhooks:read"]);
    must(403, await reader.post(`${path}/deliveries/resend?fault=dns`));
    const stranger = await dispatcher.account();
    must(404, await stranger.api.post(`${path}/deliveries/resend?fault=dns`));
    assert.equal(mailbox.count, before);
  });
});

test("more than a hundred are sent again in several calls", async () => {
  const { account, mailbox, path } = await subscribe({});
  const batch = Array.from({ length: 50 }, (_, n) => event(`n${n}`));
  for (let n = 0; n < 5; n++) must(200, await account.api.post("/v1/events/batch", batch));
  await mailbox.got(250);
  await until("all to be settled", async () => {
    const { json } = await account.api.get(`${path}/stats`);
    return json.delivered === 250;
  });
  const resent: number[] = [];
  let next: string | null = `${path}/deliveries/resend?status=delivered`;
  while (next !== null) {
    const { json }: { json: any } = must(202, await account.api.post(next));
    resent.push(json.resent);
    next = json.next;
  }
  assert.deepEqual(resent, [100, 100, 50]);
  await mailbox.got(500);
});

test("a recovery can be for one kind of failure", async () => {
  const { account, mailbox, path } = await subscribe({
    answers: [503, 302, 200],
    webhook: { retry: { limit: 0 } },
  });
  const failed = await publishSettled(account, path, "a");
  must(200, await account.api.patch(path, { active: true }));
  const redirected = await publishSettled(account, path, "b");
  must(200, await account.api.patch(path, { active: true }));
  for (const body of [{ http_status_code: "5x" }, { http_status_code: 5 }, { fault: "x" }])
    must(400, await account.api.post(`${path}/recover`, body));
  for (const [body, total, expected] of [
    [{ http_status_code: 404 }, 0, undefined],
    [{ http_status_code: "5xx", status: "undelivered" }, 1, failed],
    [{ fault: "redirect" }, 1, redirected],
  ] as const) {
    const before = mailbox.count;
    const begun = must(202, await account.api.post(`${path}/recover`, body)).json;
    assert.equal(begun.total, total);
    await until("the recovery to be done", async () => {
      const { json } = await account.api.get(`${path}/recover`);
      return json.state === "done";
    });
    const sent = mailbox.received.slice(before).map((request) => values(request, "webhook-id")[0]);
    assert.deepEqual(sent, expected === undefined ? [] : [expected]);
  }
});

describe("the export of a history", () => {
  test("has every delivery, as CSV and as lines of JSON, however many there are", async () => {
    const { account, mailbox, path } = await subscribe({});
    const batch = Array.from({ length: 100 }, (_, n) => event(`n${n}`));
    const published: string[] = [];
    for (let n = 0; n < 12; n++) {
      const { json } = must(200, await account.api.post("/v1/events/batch", batch));
      published.push(...json.map(({ id }: { id: string }) => id));
    }
    await mailbox.got(1_200);
    await until("all to be settled", async () => {
      const { json } = await account.api.get(`${path}/stats`);
      return json.delivered === 1_200;
    });
    const csv = must(200, await account.api.get(`${path}/deliveries.csv`));
    assert.equal(csv.headers.get("content-type"), "text/csv; charset=utf-8; header=present");
    assert.equal(csv.headers.get("content-disposition"), 'attachment; filename="deliveries.csv"');
    assert.equal(csv.headers.get("cache-control"), "no-store");
    const [header, ...lines] = csv.text.trimEnd().split("\r\n");
    const columns = header!.split(",");
    assert.ok(lines.every((line) => line.split(",").length === columns.length));
    const exported = lines.map((line) => line.split(",")[0]!);
    assert.deepEqual(exported.toSorted(), published.toSorted());
    const json = must(200, await account.api.get(`${path}/deliveries.jsonl`));
    assert.equal(json.headers.get("content-type"), "application/x-ndjson");
    const rows = json.text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(rows.map(({ event_id }) => event_id), exported);
    const single = must(200, await account.api.get(`${path}/deliveries/${exported[7]}`)).json;
    delete single.tries;
    assert.deepEqual(rows[7], single);
    assert.deepEqual(lines[7]!.split(","), columns.map((name) => `${rows[7][name] ?? ""}`));
    const none = must(200, await account.api.get(`${path}/deliveries.jsonl?http_status_code=5xx`));
    assert.equal(none.text, "");
    const head = must(200, await account.api.call("HEAD", `${path}/deliveries.csv`));
    assert.equal(head.text, "");
  });

  test("is that of one's own webhook, in these formats only", async () => {
    const { account, path } = await subscribe({});
    const stranger = await dispatcher.account();
    for (const file of ["deliveries.csv", "deliveries.jsonl"]) {
      must(404, await stranger.api.get(`${path}/${file}`));
      must(404, await account.api.get(`/v1/webhooks/0123abcd/${file}`));
      must(405, await account.api.post(`${path}/${file}`));
      must(400, await account.api.get(`${path}/${file}?page_size=2`));
      must(401, await dispatcher.client().get(`${path}/${file}`));
      const { api: writer } = await dispatcher.account(account.name, ["webhooks:write"]);
      must(403, await writer.get(`${path}/${file}`));
    }
    must(404, await account.api.get(`${path}/deliveries.xml`));
  });
});
